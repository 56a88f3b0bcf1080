"""An HTTP server on loopback whose bodies stop halfway: /N has N bytes. Prints its port."""
import http.server
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def do_GET(self):
        size = int(self.path[1:])
        self.send_response(200)
        self.send_header("ETag", '"halves"')
        self.send_header("Content-Length", str(size))
        self.end_headers()
        self.wfile.write(bytes(size // 2))
        self.wfile.flush()
        print("half", self.path, flush=True)
        threading.Event().wait(60)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
