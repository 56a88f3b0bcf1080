/* Words of rank 0 to whoever relays what it prints. */
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "launch.h"
#include "rank_environment.h"

int stage_tell(enum stage stage, int code)
{
	if (!launch_has_request() || rank_environment_rank())
		return 0;
	printf("%c%d %d\n", '\0', (int)stage, code);
	return fflush(stdout) ? -errno : 0;
}

static void stage_take(struct stage_reader *reader)
{
	int stage, code;

	reader->line[reader->at] = '\0';
	if (sscanf(reader->line + 1, "%d %d", &stage, &code) == 2 && stage > STAGE_STARTING &&
	    stage <= STAGE_OVER) {
		reader->stage = (enum stage)stage;
		reader->code = code;
	}
}

size_t stage_read(struct stage_reader *reader, char *bytes, size_t length, size_t *used)
{
	size_t kept = 0, i = 0;

	while (i < length) {
		char byte = bytes[i++];

		if (!reader->at && byte) {
			bytes[kept++] = byte;
			continue;
		}
		reader->line[reader->at++] = byte;
		if (byte == '\n' || reader->at == sizeof(reader->line) - 1) {
			stage_take(reader);
			reader->at = 0;
			break;
		}
	}
	*used = i;
	return kept;
}
