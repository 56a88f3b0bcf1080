"""HTTP/2 over TLS. The first connection that shakes hands never answers a request; every other connection is healthy.
usage: h2_dead_connection.py PORT CERT.pem KEY.pem"""
import itertools, socket, ssl, struct, sys, threading

def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
context.set_alpn_protocols(["h2"])

numbers = itertools.count()

def serve(conn):
    with context.wrap_socket(conn, server_side=True) as tls:
        number = next(numbers)
        tls.sendall(frame(4, 0, 0))
        got = b""
        while len(got) < 24:
            got += tls.recv(4096)
        got = got[24:]
        while True:
            while len(got) < 9 or len(got) < 9 + int.from_bytes(got[:3], "big"):
                piece = tls.recv(65536)
                if not piece:
                    return
                got += piece
            length, kind, flags = int.from_bytes(got[:3], "big"), got[3], got[4]
            stream = int.from_bytes(got[5:9], "big")
            got = got[9 + length:]
            if kind == 4 and not flags & 1:
                tls.sendall(frame(4, 1, 0))
            elif kind == 1 and number > 0:
                tls.sendall(frame(1, 4, stream, b"\x88") + frame(0, 1, stream, b"good"))

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
