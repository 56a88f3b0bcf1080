import numpy

for n in range(10_000_000, 10_000_020):
    i = numpy.arange(n, dtype=numpy.uint64)
    print(numpy.dot(i, i))
