"""An HTTP server on loopback whose bodies stop halfway: /N has N bytes; /pieces comes whole, 250,000 bytes in ten. Prints
its port."""
import http.server
import threading
import time


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def do_GET(self):
        pieces = self.path == "/pieces"
        size = 250000 if pieces else int(self.path[1:])
        self.send_response(200)
        self.send_header("ETag", '"halves"')
        self.send_header("Content-Length", str(size))
        self.end_headers()
        for piece in range(10 if pieces else 0):
            self.wfile.write(bytes([piece]) * 25000)
            self.wfile.flush()
            time.sleep(0.02)
        if pieces:
            return
        self.wfile.write(bytes(size // 2))
        self.wfile.flush()
        print("half", self.path, flush=True)
        threading.Event().wait(60)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
