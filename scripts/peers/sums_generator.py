for n in range(10_000_000, 10_000_020):
    print(sum(i * i for i in range(n)))
