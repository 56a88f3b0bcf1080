/* HTML: one page with all of it, which needs no other file, no script and no network. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/base/shell.h"
#include "bench/base/utf8.h"
#include "plot.h"

static const char style[] =
	":root{color-scheme:light dark;--ink:#1b1b1b;--soft:#5a5a5a;--line:#d8d8d8;--page:#fff;"
	"--shade:#f4f6f8;--accent:#0072b2}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--soft:#a8a8a8;--line:#3a3f44;"
	"--page:#16191c;--shade:#20252a;--accent:#56b4e9}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--page);color:var(--ink);"
	"font:16px/1.5 system-ui,sans-serif}\n"
	"main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 3rem}\n"
	"h1{margin:0;font-size:1.9rem;line-height:1.2}\n"
	"h2{margin:2.25rem 0 .5rem;font-size:1.2rem}\n"
	"p{margin:.5rem 0}\n"
	".when,footer,dd{color:var(--soft)}\n"
	".advice{margin:1.5rem 0;padding:.75rem 1.25rem;background:var(--shade);"
	"border-left:4px solid var(--accent)}\n"
	".advice p:first-child{font-size:1.15rem}\n"
	"pre,.wide{overflow-x:auto}\n"
	"pre{margin:.5rem 0;padding:.75rem 1rem;background:var(--shade);white-space:pre-wrap;"
	"overflow-wrap:anywhere}\n"
	"table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}\n"
	"th,td{padding:.3rem .8rem;border-bottom:1px solid var(--line);text-align:right;"
	"white-space:nowrap}\n"
	"th{color:var(--soft);font-weight:600}\n"
	"th.text,td.text{text-align:left}\n"
	"td.long{white-space:normal;overflow-wrap:anywhere}\n"
	".facts{display:flex;flex-wrap:wrap;gap:0 3rem}\n"
	"figure{margin:1rem 0}\n"
	"svg{display:block;width:100%;height:auto;background:#fff;pointer-events:none}\n"
	"dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;font-size:.9rem}\n"
	"dt{font-weight:600}\n"
	"dd{margin:0}\n"
	"summary{cursor:pointer;font-weight:600}\n"
	"footer{margin-top:2.5rem;font-size:.85rem}\n"
	"@media print{main{max-width:none;padding:0}pre,.advice{border:1px solid var(--line)}"
	"h2{break-after:avoid}figure,tr{break-inside:avoid}}\n";

/* A text between tags, or in the quotes of an attribute. */
static void put_text(FILE *file, const char *text)
{
	while (*text) {
		size_t length = utf8_character(text);

		if (!length)
			fputs("\xef\xbf\xbd", file);
		else if (*text == '<')
			fputs("&lt;", file);
		else if (*text == '>')
			fputs("&gt;", file);
		else if (*text == '&')
			fputs("&amp;", file);
		else if (*text == '"')
			fputs("&quot;", file);
		else
			fwrite(text, 1, length, file);
		text += length ? length : 1;
	}
}

/* A text of several lines, each a paragraph. */
static void put_paragraphs(FILE *file, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char *line = strndup(text, length);

		fputs("<p>", file);
		put_text(file, line ? line : "");
		fputs("</p>\n", file);
		free(line);
		text += length + (text[length] == '\n');
	}
}

/* A word of a command, as a shell reads it back. */
static void put_word(FILE *file, const char *word)
{
	char *quoted = shell_quote(word);

	put_text(file, quoted ? quoted : "");
	free(quoted);
}

/* What a table is called, and what there is to know about it. */
static const struct section {
	const char *key, *title, *note;
} sections[] = {
	{ "runs", "Runs",
	  "Each median is that of runs in fresh processes, in shuffled order. Its interval holds "
	  "the true median with 95 % probability; there is none of fewer than six rounds." },
	{ "factors", "Where the efficiency went", NULL },
	{ "figures", "Figures of the runs", NULL },
	{ "laws", "Laws",
	  "Fitted to the medians. An interval tells how sure a parameter is if the "
	  "law holds, not whether it does." },
	{ "knees", "How many workers are enough",
	  "The knee is the fewest workers within 5 % of the best rate. Above the break-even size "
	  "of "
	  "a job, it is done earlier than by serial, start-up included." },
	{ "slow_cores", "Slow cores", "Slower than the other cores of their kind beyond chance." },
	{ NULL, "Results", NULL },
};

static const struct {
	const char *name, *about;
} factors[] = {
	{ "efficiency", "the rate of each worker over that of serial, 1 at best. It is the product "
			"of the four that follow, of which each is 1 where nothing was lost." },
	{ "clock", "the cores' own frequency under this load, over serial's. It does not say why a "
		   "clock is low." },
	{ "balance", "mean over most useful time of the workers: what is lost waiting for the "
		     "busiest. It does not tell unequal shares from unequal cores." },
	{ "overhead", "the share of the time that the busiest worker was useful, over serial's: "
		      "claims, start and merge. What serial pays for too is not in it." },
	{ "rest", "the clocks that an item took serial, over those here: below 1, cores share "
		  "what one had for itself, or were not running. It is not measured but inferred, "
		  "with the errors of the others in it." },
	{ "Karp-Flatt", "the serial fraction that alone would explain the speedup. One that grows "
			"with the workers is overhead, not a serial part." },
};

static void put_factors(FILE *file)
{
	fputs("<dl>\n", file);
	for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
		fprintf(file, "<dt>%s</dt><dd>%s</dd>\n", factors[i].name, factors[i].about);
	fputs("</dl>\n", file);
}

static void put_titles(FILE *file, const struct table *table, const struct cell *sample)
{
	fputs("<thead><tr>", file);
	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].title)
			continue;
		fprintf(file, "<th scope=\"col\"%s>",
			sample[c].kind == CELL_TEXT ? " class=\"text\"" : "");
		put_text(file, table_title(table, c));
		fputs("</th>", file);
	}
	fputs("</tr></thead>\n", file);
}

static void put_cells(FILE *file, const struct table *table, const struct cell *cells,
		      const struct cell *sample)
{
	char text[CELL_SHOWN];

	fputs("<tr>", file);
	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].title)
			continue;
		fprintf(file, "<td%s>", sample[c].kind == CELL_TEXT ? " class=\"text\"" : "");
		put_text(file, table_show(&cells[c], text));
		fputs("</td>", file);
	}
	fputs("</tr>\n", file);
}

static void put_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX], sample[COLUMNS_MAX];
	const struct section *section = sections;

	if (!table->row_count || table->audience == FOR_PROGRAMS)
		return;
	while (section->key && strcmp(section->key, table->key))
		section++;
	fprintf(file, "<h2>%s</h2>\n", section->title);
	if (section->note)
		fprintf(file, "<p>%s</p>\n", section->note);
	table_row(table, 0, sample);
	fputs("<div class=\"wide\"><table>\n", file);
	put_titles(file, table, sample);
	fputs("<tbody>\n", file);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		put_cells(file, table, cells, sample);
	}
	fputs("</tbody></table></div>\n", file);
	if (!strcmp(table->key, "factors"))
		put_factors(file);
}

static void put_tables(FILE *file, const struct document *document)
{
	struct table main = main_table(document);

	put_table(file, &main);
	for (size_t i = document->runs_first ? 0 : 1; i < document->table_count; i++)
		put_table(file, &document->tables[i]);
}

static const char *text_of(const struct figures *figures, const char *key)
{
	const struct cell *cell = figure_find(figures, key);

	return cell && cell->kind == CELL_TEXT ? cell->text : "";
}

static void put_head(FILE *file, const struct document *document)
{
	const char *host = text_of(&document->host, "hostname");

	fprintf(file,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<title>%s %s on ",
		document->program, document->command);
	put_text(file, host);
	fprintf(file, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>%s %s</h1>\n",
		style, document->program, document->command);
	fputs("<p class=\"when\">", file);
	put_text(file, host);
	fputs(", ", file);
	put_text(file, text_of(&document->host, "cpu_model"));
	fprintf(file, ", %s</p>\n", document->started);
	if (!document->advice)
		return;
	fputs("<section class=\"advice\" aria-label=\"Advice\">\n", file);
	put_paragraphs(file, document->advice);
	fputs("</section>\n", file);
}

/* The pictures of an SVG file, in an element of the page. Returns 0 or -EIO. */
static int put_svg(FILE *file, const struct output *picture)
{
	const char *box = strstr(picture->text, "viewBox=\""),
		   *body = strstr(picture->text, "<g id=\"gnuplot_canvas\"");

	if (!box || !body)
		return say_fail(EIO, "gnuplot's SVG has no viewBox or no canvas");
	box += strlen("viewBox=\"");
	fprintf(file,
		"<figure>\n<svg viewBox=\"%.*s\" role=\"img\" aria-label=\"Speedup, and "
		"where efficiency or time went\">\n%s</figure>\n",
		(int)strcspn(box, "\""), box, body);
	return 0;
}

static int put_plots(FILE *file, const struct document *document)
{
	struct output picture;
	int ret = plot_draw(&picture, document, PLOT_SVG);

	if (ret == -ENOENT) {
		say_warn("--html: no plots in the page: %s", PLOT_NEEDS);
		fprintf(file, "<p>No plots: %s.</p>\n", PLOT_NEEDS);
		ret = 0;
	} else if (ret == -ENODATA) {
		fputs("<p>No plots: no speedup over serial was measured.</p>\n", file);
		ret = 0;
	} else if (!ret) {
		ret = put_svg(file, &picture);
	}
	free(picture.text);
	return ret;
}

static void put_command(FILE *file, const struct document *document)
{
	fputs("<h2>To repeat it</h2>\n<pre><code>", file);
	for (size_t i = 0; document->argv[i]; i++) {
		char *word = say_hidden(document->argv[i]);

		fputs(i ? " " : "", file);
		put_word(file, word ? word : "");
		free(word);
	}
	fputs("</code></pre>\n", file);
}

static void put_missing(FILE *file, const struct document *document)
{
	bool any = false;

	for (size_t i = 0; i < document->run_count; i++) {
		const struct run *run = &document->runs[i];
		struct cell name = { 0 };

		if (!run_is_missing_anew(document, i))
			continue;
		run_show_name(document, run, &name);
		fputs(any ? "" : "<h2>What is missing, and why</h2>\n<ul>\n", file);
		fputs("<li>", file);
		put_text(file, name.text);
		fputs(": ", file);
		put_text(file, run->missing);
		fputs("</li>\n", file);
		any = true;
	}
	fputs(any ? "</ul>\n" : "", file);
}

static void put_warnings(FILE *file, const struct document *document)
{
	char *const *texts;
	size_t count = say_warnings(&texts);

	if (!count && !document->confined[0])
		return;
	fputs("<h2>Warnings</h2>\n<ul>\n", file);
	for (size_t i = 0; i < count; i++) {
		fputs("<li>", file);
		put_text(file, texts[i]);
		fputs("</li>\n", file);
	}
	if (document->confined[0]) {
		fputs("<li>", file);
		put_text(file, document->confined);
		fputs("</li>\n", file);
	}
	fputs("</ul>\n", file);
}

static void put_figures(FILE *file, const char *title, const struct figures *figures)
{
	char text[CELL_SHOWN];

	fprintf(file, "<section>\n<h2>%s</h2>\n<div class=\"wide\"><table><tbody>\n", title);
	for (size_t i = 0; i < figures->count; i++) {
		const char *key = figures->list[i].key;

		fputs("<tr><th scope=\"row\" class=\"text\">", file);
		for (; *key; key++)
			fputc(strchr("_.", *key) ? ' ' : *key, file);
		fputs("</th><td class=\"text\">", file);
		put_text(file, cell_show(&figures->list[i].value, text));
		fputs("</td></tr>\n", file);
	}
	fputs("</tbody></table></div>\n</section>\n", file);
}

static void put_samples(FILE *file, const struct document *document)
{
	fputs("<details>\n<summary>Raw samples</summary>\n<div class=\"wide\"><table>\n<thead><tr>"
	      "<th scope=\"col\" class=\"text\">strategy</th><th scope=\"col\">ranks</th>"
	      "<th scope=\"col\">workers</th><th scope=\"col\">in flight</th>"
	      "<th scope=\"col\" class=\"text\">seconds</th></tr></thead>\n<tbody>\n",
	      file);
	for (size_t i = 0; i < document->run_count; i++) {
		const struct run *run = &document->runs[i];
		struct cell name = { 0 };

		run_show_name(document, run, &name);
		fputs("<tr><td class=\"text\">", file);
		put_text(file, name.text);
		fprintf(file, "</td><td>%u</td><td>%u</td><td>%u</td><td class=\"text long\">",
			run->ranks, run->workers, run->inflight);
		for (size_t j = 0; j < run->sample_count; j++)
			fprintf(file, "%s%.9g", j ? " " : "", run->samples[j]);
		fputs("</td></tr>\n", file);
	}
	fputs("</tbody></table></div>\n</details>\n", file);
}

static int write(FILE *file, const struct document *document)
{
	int ret;

	put_head(file, document);
	ret = put_plots(file, document);
	put_tables(file, document);
	put_missing(file, document);
	put_warnings(file, document);
	put_command(file, document);
	fputs("<div class=\"facts\">\n", file);
	put_figures(file, "The host", &document->host);
	put_figures(file, "The job", &document->job);
	fputs("</div>\n", file);
	put_samples(file, document);
	fprintf(file, "<footer>%s %s, %s</footer>\n</main>\n</body>\n</html>\n", document->program,
		document->version, document->started);
	return ret;
}

const struct format format_html = { .option = "html", .write = write };
