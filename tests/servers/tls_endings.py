"""HTTP/1.1 over TLS. /whole ends its body, whose length is not announced, by TLS's own close; /cut by that of TCP;
/to-http and /to-https are redirects to where the query says. usage: tls_endings.py PORT CERT.pem KEY.pem"""
import socket, ssl, sys, threading

context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])

def serve(conn):
    tls = context.wrap_socket(conn, server_side=True)
    target = tls.recv(65536).split()[1].decode()
    path, _, query = target.partition("?")
    if path.startswith("/to-"):
        tls.sendall(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: %s\r\n\r\n" % query.encode())
    else:
        tls.sendall(b"HTTP/1.1 200 OK\r\n\r\nhello")
    if path == "/cut":
        socket.socket(fileno=tls.detach()).close()
    else:
        tls.unwrap()
        tls.close()

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])), backlog=128)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
