/* The twenty sums as a C programmer writes them. clang would put a closed form in the loop's place:
 * OPAQUE keeps it from it. */
#include <stdint.h>
#include <stdio.h>

__extension__ typedef unsigned __int128 u128;

static void print(u128 value)
{
	char text[40], *at = text + sizeof(text) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + (int)(value % 10));
	while (value /= 10);
	puts(at);
}

int main(void)
{
	for (uint64_t n = 10000000; n < 10000020; n++) {
		u128 sum = 0;

#pragma omp parallel for reduction(+ : sum)
		for (uint64_t i = 0; i < n; i++) {
			uint64_t k = i;

#ifdef OPAQUE
			__asm__("" : "+r"(k));
#endif
			sum += (u128)k * k;
		}
		print(sum);
	}
	return 0;
}
