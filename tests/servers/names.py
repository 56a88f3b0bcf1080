"""A name server that answers every question for an address with 127.0.0.1, and any other with nothing. usage: names.py"""
import socket

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.53", 53))
while True:
    question, client = server.recvfrom(512)
    end = question.index(b"\0", 12) + 5
    address = question[end - 4:end - 2] == b"\0\1"
    answer = question[:2] + b"\x81\x80\0\1" + (b"\0\1" if address else b"\0\0") + b"\0\0\0\0" + question[12:end]
    if address:
        answer += b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1"
    server.sendto(answer, client)
