/* SHA-256, and sums as text. */
#include "checksum.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

struct checksum {
	EVP_MD_CTX *context;
};

struct checksum *checksum_open(void)
{
	struct checksum *checksum = calloc(1, sizeof(*checksum));

	if (!checksum)
		return NULL;
	checksum->context = EVP_MD_CTX_new();
	if (!checksum->context) {
		free(checksum);
		return NULL;
	}
	checksum_begin(checksum);
	return checksum;
}

void checksum_close(struct checksum *checksum)
{
	if (checksum)
		EVP_MD_CTX_free(checksum->context);
	free(checksum);
}

void checksum_begin(struct checksum *checksum)
{
	EVP_DigestInit_ex(checksum->context, EVP_sha256(), NULL);
}

void checksum_take(struct checksum *checksum, const void *bytes, size_t length)
{
	EVP_DigestUpdate(checksum->context, bytes, length);
}

void checksum_end(struct checksum *checksum, char text[CHECKSUM_TEXT])
{
	unsigned char sum[EVP_MAX_MD_SIZE] = { 0 };

	EVP_DigestFinal_ex(checksum->context, sum, NULL);
	for (int i = 0; i < CHECKSUM_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02x", sum[i]);
}

bool checksum_read(char text[CHECKSUM_TEXT], const char *from, size_t length)
{
	if (length != CHECKSUM_TEXT - 1)
		return false;
	for (size_t i = 0; i < length; i++) {
		if (!isxdigit((unsigned char)from[i]))
			return false;
		text[i] = (char)tolower((unsigned char)from[i]);
	}
	text[length] = '\0';
	return true;
}
