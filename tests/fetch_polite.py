"""Two HTTP servers on loopback that count what is asked of them; prints their URLs.

/slow/X takes 50 ms, /quick/X none; /busy/X takes 30 ms, and is 429 with Retry-After: 1 once; /bytes/N; /away and /here redirect to the other
server and to this one; /zipped is a gzip bomb; /coded is one by Transfer-Encoding; /told/WHAT tells what was seen."""
import gzip
import http.server
import socketserver
import threading
import time

lock = threading.Lock()
seen = {}


def reset():
    seen.update(now=0, peak=0, times=[], busy=False, home=0, away=0)


reset()
BOMB = gzip.compress(bytes(1000000))


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        pass

    def answer(self, status=200, body=b"x", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Transfer_Encoding" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def tell(self, what):
        times = sorted(seen["times"])
        gaps = [b - a for a, b in zip(times, times[1:])] or [0]
        told = {
            "peak": seen["peak"],
            "span": times[-1] - times[0] if times else 0,
            "gap": max(gaps),
            "before-gap": gaps.index(max(gaps)) + 1,
            "headers-home": seen["home"],
            "headers-away": seen["away"],
        }
        if what == "reset":
            reset()
        self.answer(body=str(told.get(what, "")).encode())

    def do_GET(self):
        if self.path.startswith("/told/"):
            return self.tell(self.path[6:])
        marks = sum(name in self.headers for name in ("X-Secret", "X-File", "X-Line", "Authorization"))
        with lock:
            seen["times"].append(time.monotonic())
            seen["home" if self.server is home else "away"] += marks
        if self.path.startswith("/slow/"):
            with lock:
                seen["now"] += self.server is home
                seen["peak"] = max(seen["peak"], seen["now"])
            time.sleep(0.05)
            with lock:
                seen["now"] -= self.server is home
            return self.answer()
        if self.path.startswith("/busy/"):
            with lock:
                first, seen["busy"] = not seen["busy"], True
            if first:
                return self.answer(429, Retry_After="1")
            time.sleep(0.03)
            return self.answer()
        if self.path.startswith("/bytes/"):
            return self.answer(body=bytes(int(self.path[7:])))
        if self.path == "/away":
            return self.answer(302, Location="http://127.0.0.1:%d/quick/1" % other.server_address[1])
        if self.path == "/here":
            return self.answer(302, Location="/quick/1")
        if self.path == "/zipped":
            return self.answer(body=BOMB, Content_Encoding="gzip")
        if self.path == "/coded":
            self.close_connection = True
            return self.answer(body=b"%x\r\n%s\r\n0\r\n\r\n" % (len(BOMB), BOMB), Transfer_Encoding="gzip, chunked")
        return self.answer()


home, other = (Server(("127.0.0.1", 0), Handler) for _ in range(2))
threading.Thread(target=other.serve_forever, daemon=True).start()
print(*("http://127.0.0.1:%d" % server.server_address[1] for server in (home, other)), flush=True)
home.serve_forever()
