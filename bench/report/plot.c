/* Pictures of a study, drawn by gnuplot. */
#define _GNU_SOURCE
#include "plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/base/say.h"
#include "plot_lost_updates.h"

/* Runs gnuplot with that script. Returns as plot_draw() does. */
static int plot_run_gnuplot(struct output *picture, int script)
{
	char *const words[] = { (char *)"gnuplot", (char *)"--default-settings", NULL };
	struct output messages;
	int ret = capture_program(words, NULL, script, 0, picture, &messages);

	if (ret < 0 && ret != -ENOENT)
		say_fail(-ret, "gnuplot cannot be run: %s", strerror(-ret));
	if (ret > 0 || (!ret && !picture->length))
		ret = say_fail(EIO, "gnuplot drew nothing, and ended with code %d: %s", ret,
			       messages.text ? messages.text : "it said nothing");
	free(messages.text);
	return ret;
}

/* The script of a plot, open at its begin. Returns its descriptor, or -errno. */
static int plot_open_script(const struct result *result, enum plot_form form)
{
	int script = memfd_create("script", MFD_CLOEXEC), ret;
	FILE *file;

	if (script < 0)
		return -errno;
	file = fdopen(dup(script), "w");
	if (!file)
		ret = -errno;
	else if (strcmp(result->command, "race"))
		ret = plot_script_write(file, result, form);
	else
		ret = plot_lost_updates_write(file, result, form);
	if (file && fclose(file) && !ret)
		ret = -errno;
	if (!ret && lseek(script, 0, SEEK_SET))
		ret = -errno;
	if (!ret)
		return script;
	close(script);
	return ret;
}

int plot_draw(struct output *picture, const struct result *result, enum plot_form form)
{
	int script = plot_open_script(result, form), ret;

	*picture = (struct output){ 0 };
	if (script == -ENODATA)
		return script;
	if (script < 0)
		return say_fail(-script, "gnuplot has no script: %s", strerror(-script));
	ret = plot_run_gnuplot(picture, script);
	close(script);
	return ret;
}

static int plot_write(FILE *file, const struct result *result, enum plot_form form)
{
	struct output picture;
	int ret = plot_draw(&picture, result, form);

	if (ret == -ENOENT)
		ret = say_fail(ENOTSUP, "%s", PLOT_NEEDS);
	else if (ret == -ENODATA)
		ret = say_fail(ENODATA, "there is nothing to plot: %s",
			       strcmp(result->command, "race")
				       ? "no speedup over serial was measured"
				       : "no way that loses was measured");
	else if (!ret)
		fwrite(picture.text, 1, picture.length, file);
	free(picture.text);
	return ret;
}

static int plot_write_svg(FILE *file, const struct result *result, const struct look *look)
{
	(void)look;
	return plot_write(file, result, PLOT_SVG);
}

static int plot_write_png(FILE *file, const struct result *result, const struct look *look)
{
	(void)look;
	return plot_write(file, result, PLOT_PNG);
}

const struct format format_svg = { .option = "plot", .write = plot_write_svg };
const struct format format_png = { .option = "plot", .write = plot_write_png };
