/*
 * Options: a table of typed rows. Parsing, help, manual page and completion all come from it, and
 * so does what a message says of a value that is refused.
 */
#ifndef OPTION_H
#define OPTION_H

#include <stdbool.h>
#include <stddef.h>

/* The verbs that an option belongs to. A program's own verbs have VERB_OWN_STUDY, if they measure
 * in rounds and print a document as studies do, or bits of their own from VERB_OWN on. */
enum verb_bit {
	VERB_RUN = 1,
	VERB_COMPARE = 2,
	VERB_SCALE = 4,
	VERB_PLACE = 8,
	VERB_LIST = 16,
	VERB_REPORT = 32,
	VERB_OWN_STUDY = 64,
	VERB_CHECK = 128,
	VERB_SHOWING = 255, /* those that print a document */
	VERB_OWN = 256,
	VERB_ALL = ~0
};

/* What an option's value is, and what it is stored in. */
enum option_kind {
	OPTION_FLAG,    /* no value; bool, set to true */
	OPTION_UNFLAG,  /* no value; bool, set to false */
	OPTION_COUNT,   /* a whole number; unsigned int */
	OPTION_BYTES,   /* bytes, with k, M or G; uint64_t */
	OPTION_SECONDS, /* a time; double, in seconds */
	OPTION_PERCENT, /* per cent; double, a share of 1 */
	OPTION_TEXT,    /* anything; const char *, which argv owns */
	OPTION_WORD,    /* one of its words; unsigned int or an enum: the number of the word */
	OPTION_OUTPUT,  /* a file, or none or - for standard output; struct output_to */
	OPTION_OWN,     /* whatever its take() does */
};

/* Where one format goes. */
struct output_to {
	bool wanted;
	const char *path; /* NULL for stdout */
};

struct option_row {
	const char *name;
	char letter;          /* 0 for none */
	const char *argument; /* its name in the help; NULL if it takes none; "=FILE" if it may be
				 left out */
	const char *help;     /* one line, however long */
	unsigned int verbs;
	unsigned int measured; /* the verbs that hand it on to each measurement */
	enum option_kind kind;
	size_t offset;    /* of the value in what the table's options go to */
	double low, high; /* the bounds of a number */
	/* The words that it takes, or some of them: for OPTION_WORD and for completion. Returns
	 * NULL after the last. */
	const char *(*nth)(size_t n);
	unsigned int several; /* the verbs where it takes several words, with commas between */
	/* Of OPTION_OWN. into: what the table's options go to. value: NULL if it was left out.
	 * Returns 0, or -errno, for -EINVAL having said why. */
	int (*take)(void *into, const char *value);
};

/*
 * Stores a value by the option's kind, in what its table's options go to. value: NULL if it was
 * left out. Returns 0, or -errno, for -EINVAL having said what the option takes.
 */
int option_take(const struct option_row *row, void *into, const char *value);

/* The same for an OPTION_OWN that chooses among several outputs. */
int option_take_output(const struct option_row *row, struct output_to *into, const char *value);

#endif
