"""The first answer of each path is cut off. Then /less sends less than the part that was asked for, and /mixed the
part of another version. Prints its port, and serves until it is ended."""
import http.server
import random

OLD, NEW = random.Random(1).randbytes(1000000), random.Random(2).randbytes(1000000)
seen = set()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        asked = self.headers.get("Range")
        first = int(asked[len("bytes="):-1]) if asked else 0
        last = min(first + 100000, 1000000) if asked and self.path == "/less" else 1000000
        cut = self.path not in seen
        seen.add(self.path)
        old = cut or self.path == "/less"
        self.send_response(206 if asked else 200)
        self.send_header("ETag", '"old"' if old else '"new"')
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{last - 1}/1000000")
        self.send_header("Content-Length", str(last - first))
        self.end_headers()
        self.wfile.write((OLD if old else NEW)[first:850000 if cut else last])
        self.close_connection = cut

    def log_message(self, *_):
        pass


open("less", "wb").write(OLD)
open("mixed", "wb").write(NEW)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
