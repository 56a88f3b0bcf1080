/* Reading a list, an entry at a time. */
#include "reading.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench/base/say.h"

/* Gives the file of the entry in hand its name. */
static int reading_name(struct reading *reading, char name[NAME_ROOM], const char *url)
{
	int changed;

	if (*reading->entry.name)
		strcpy(name, reading->entry.name);
	else
		names_of_url(name, url);
	changed = names_take(&reading->names, name, url);
	if (changed == 1 && !reading->renamed++) {
		snprintf(reading->renamed_url, sizeof(reading->renamed_url), "%s", url);
		strcpy(reading->renamed_to, name);
	}
	return changed < 0 ? changed : 0;
}

/* Keeps the entry in hand, if there is one. */
static int reading_keep(struct reading *reading)
{
	struct entry *entry = &reading->entry;
	char name[NAME_ROOM] = "";
	int ret = 0;

	if (reading->wrong)
		reading->left_out++;
	else if (entry->urls.count && reading->naming)
		ret = reading_name(reading, name, urls_get(&entry->urls, 0).text);
	if (!ret && *name && !*entry->sum)
		strcpy(entry->sum, manifest_find(&reading->manifest, name));
	reading->unknown += *name && !*entry->sum;
	if (!ret && !reading->wrong && entry->urls.count)
		ret = list_add(&reading->list, entry, name);
	entry_clear(entry);
	reading->wrong = false;
	return ret;
}

/* What a line that was refused means for the job. */
static int reading_judge(struct reading *reading, int ret, const char *where)
{
	if (ret != -EINVAL || !reading->lenient || !*where)
		return ret;
	reading->wrong = true;
	return 0;
}

int reading_add(struct reading *reading, const char *text, const char *where)
{
	int ret = reading_keep(reading);

	return ret ? ret : reading_judge(reading, entry_read(&reading->entry, text, where), where);
}

int reading_add_more(struct reading *reading, const char *text, const char *where)
{
	if (!entry_is_more(text))
		return reading_add(reading, text, where);
	/* Of an entry that is left out nothing more is needed. */
	if (reading->wrong)
		return 0;
	return reading_judge(reading, entry_read_more(&reading->entry, text, where), where);
}

/* Those that the manifest does not know are held to nothing: it may be the wrong one. */
static void reading_say_unknown(const struct reading *reading)
{
	const char *path = reading->manifest.path;

	if (!path || !reading->unknown)
		return;
	if (reading->unknown == reading->list.count)
		say_warn("--manifest %s has no name of the list: no file is held to a sum", path);
	else
		say_fact("%" PRIu64 " of %" PRIu64 " have no sum in --manifest %s, nor in the list",
			 reading->unknown, reading->list.count, path);
}

int reading_end(struct reading *reading, struct list *list)
{
	int ret = reading_keep(reading);

	if (!ret)
		ret = list_end(&reading->list);
	if (ret)
		return ret;
	if (reading->renamed)
		say_fact("%" PRIu64 " of %" PRIu64 " had a name that another has: %s is saved "
			 "as %s, with a hash of its URL%s",
			 reading->renamed, reading->list.count, reading->renamed_url,
			 reading->renamed_to, reading->renamed > 1 ? ", and so on" : "");
	reading_say_unknown(reading);
	*list = reading->list;
	reading->list = (struct list){ 0 };
	names_free(&reading->names);
	return 0;
}

void reading_free(struct reading *reading)
{
	entry_clear(&reading->entry);
	list_free(&reading->list);
	manifest_free(&reading->manifest);
	names_free(&reading->names);
}
