"""A server whose answers are wrong, one way for each path. Prints its port, and serves until it is ended."""
import socket
import socketserver
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"


def trickle(send, piece, seconds):
    while True:
        send(piece)
        time.sleep(seconds)


def endless(send):
    while True:
        send(b"0" * 65536)


def redirect(send, to):
    send(b"HTTP/1.1 302 Found\r\nLocation: " + to + b"\r\nContent-Length: 0\r\n\r\n")


class Hostile(socketserver.BaseRequestHandler):
    def answer(self, path):
        send = self.request.sendall
        if path == b"/good":
            send(HEAD % 4 + b"good")
        elif path == b"/short":
            send(HEAD % 1000 + b"x" * 400)
        elif path == b"/endless":
            send(b"HTTP/1.1 200 OK\r\n\r\n")
            endless(send)
        elif path == b"/endless-chunks":
            send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                send(b"10000\r\n" + b"0" * 65536 + b"\r\n")
        elif path == b"/cut-chunk":
            send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\nxxxx")
        elif path.startswith(b"/cut-head/"):
            send(b"HTTP/1.1 200 OK\r\nX: y\r\nServer: x"[:int(path[10:])])
        elif path == b"/announced":
            send(HEAD % 10**13 + b"x")
            time.sleep(60)
        elif path == b"/slow-head":
            send(b"HTTP/1.1 200 OK\r\n")
            trickle(send, b"X", 0.5)
        elif path == b"/slow-body":
            send(HEAD % 10**6)
            trickle(send, b"x", 0.5)
        elif path == b"/silent":
            time.sleep(60)
        elif path == b"/garbage":
            send(bytes(range(1, 256)) * 20)
        elif path == b"/loop":
            redirect(send, b"/loop")
        elif path == b"/to-file":
            redirect(send, b"file:///etc/hostname")
        elif path == b"/to-ftp":
            redirect(send, b"ftp://127.0.0.1:1/x")
        elif path.startswith(b"/to?"):
            redirect(send, path[4:])
        elif path.startswith(b"/status/"):
            send(b"HTTP/1.1 " + path[8:] + b" So\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        elif path.startswith(b"/length/"):
            lengths = path[8:].replace(b"|", b"\r\n ").split(b";")
            send(b"HTTP/1.1 200 OK\r\n" + b"".join(b"Content-Length: %s\r\n" % n for n in lengths) + b"\r\nhello")
        elif path == b"/two-blanks":
            send(b"HTTP/1.1  200 OK\r\nContent-Length: 0\r\n\r\n")
        elif path == b"/to-garbage":
            redirect(send, b"/garbage")
        elif path == b"/folded":
            send(b"HTTP/1.1 200 OK\r\n\tX: folded\r\nContent-Length: 2\r\n\r\nok")
        elif path == b"/endless-trailers":
            send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n")
            while True:
                send(b"a:b\r\n" * 13000)
        elif path == b"/endless-continue":
            while True:
                send(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)
        elif path == b"/huge-head":
            send(b"HTTP/1.1 200 OK\r\n")
            while True:
                send(b"X-More: " + b"x" * 8000 + b"\r\n")
        elif path == b"/reset":
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        # Any other, as /empty, is closed without a word.

    def handle(self):
        self.request.settimeout(60)
        got = b""
        while b"\r\n\r\n" not in got:
            piece = self.request.recv(65536)
            if not piece:
                return
            got += piece
        try:
            self.answer(got.split(b" ")[1])
        except OSError:
            pass  # the client had enough


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128


server = Server(("127.0.0.1", 0), Hostile)
print(server.server_address[1], flush=True)
server.serve_forever()
