/* Version of the programs, and the compiler that made them. */
#ifndef VERSION_H
#define VERSION_H

#define VERSION "0.1.0"

#if defined(__clang__)
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

#endif
