/*
 * To be preloaded: of the calls of one kind that the program itself makes, the one of a number
 * fails, and all after it. FAIL_CALL: fork, mmap, pthread_create or malloc (calloc and realloc
 * count as it); FAIL_FROM: the number, from 1. What libraries call is their own: it succeeds.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uintptr_t failing_begin, failing_end;
static const char *failing_call;
static long failing_from;
static atomic_long failing_count;

static int failing_find(struct dl_phdr_info *info, size_t size, void *context)
{
	(void)size;
	(void)context;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];

		if (header->p_type == PT_LOAD && header->p_flags & PF_X) {
			failing_begin = info->dlpi_addr + header->p_vaddr;
			failing_end = failing_begin + header->p_memsz;
		}
	}
	return 1; /* the first is the program */
}

__attribute__((constructor)) static void failing_begin_to(void)
{
	dl_iterate_phdr(failing_find, NULL);
	failing_from = getenv("FAIL_FROM") ? atol(getenv("FAIL_FROM")) : 0;
	failing_call = getenv("FAIL_CALL");
}

/* Whether this call, from that address, is to fail. */
static bool failing(const char *call, const void *from)
{
	return failing_call && (uintptr_t)from >= failing_begin && (uintptr_t)from < failing_end &&
	       !strcmp(call, failing_call) &&
	       atomic_fetch_add(&failing_count, 1) + 1 >= failing_from;
}

#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
	if (!failing("malloc", __builtin_return_address(0)))
		return __libc_malloc(size);
	errno = ENOMEM;
	return NULL;
}

void *calloc(size_t count, size_t size)
{
	if (!failing("malloc", __builtin_return_address(0)))
		return __libc_calloc(count, size);
	errno = ENOMEM;
	return NULL;
}

void *realloc(void *old, size_t size)
{
	if (!failing("malloc", __builtin_return_address(0)))
		return __libc_realloc(old, size);
	errno = ENOMEM;
	return NULL;
}

pid_t fork(void)
{
	if (!failing("fork", __builtin_return_address(0)))
		return REAL(fork)();
	errno = EAGAIN;
	return -1;
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset)
{
	if (!failing("mmap", __builtin_return_address(0)))
		return REAL(mmap)(address, length, protection, flags, fd, offset);
	errno = ENOMEM;
	return MAP_FAILED;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *),
		   void *context)
{
	if (!failing("pthread_create", __builtin_return_address(0)))
		return REAL(pthread_create)(thread, attr, start, context);
	return EAGAIN;
}
