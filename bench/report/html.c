/* HTML: one page with all of it, which needs no other file, no script and no network. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/base/say.h"
#include "bench/result/columns.h"
#include "asset.h"
#include "html_text.h"
#include "plot.h"
#include "view.h"

/* What the parts of a page are made of, and the first that failed. */
struct html_page {
	FILE *file;
	const struct result *result;
	const struct look *look;
	int ret;
};

/* What a table is called, and what there is to know about it. */
static const struct html_section {
	const char *key, *title, *note;
} html_sections[] = {
	{ "runs", "Runs",
	  "Each median is that of runs in fresh processes, in shuffled order. Its interval holds "
	  "the true median with 95 % probability; there is none of fewer than six rounds." },
	{ "factors", "Where the efficiency went", NULL },
	{ "metrics", "Metrics of the runs", NULL },
	{ "laws", "Laws",
	  "Fitted to the medians. An interval tells how sure a parameter is if the "
	  "law holds, not whether it does." },
	{ "knees", "How many workers are enough",
	  "The knee is the fewest workers within 5 % of the best rate. Above the break-even size of "
	  "a job, it is done earlier than by serial, start-up included." },
	{ "slow_cores", "Slow cores", "Slower than the other cores of their kind beyond chance." },
	{ "nodes", "Hosts",
	  "Medians over the samples of the row on the most hosts. A slow host is below the median of "
	  "all by more than 20 % and by four robust deviations." },
	{ NULL, "Results", NULL },
};

static const struct {
	const char *name, *about;
} html_factors[] = {
	{ "efficiency", "the rate of each worker over that of serial, 1 at best. It is the product "
			"of the five that follow, of which each is 1 where nothing was lost." },
	{ "clock", "the cores' own frequency under this load, over serial's. It does not say why a "
		   "clock is low." },
	{ "balance", "mean over most useful time of the workers: what is lost waiting for the "
		     "busiest. It does not tell unequal shares from unequal cores." },
	{ "running",
	  "CPU time over useful time of the workers, over serial's: what other programs, "
	  "the hypervisor or a quota took of their cores." },
	{ "overhead", "the share of the time that the busiest worker was useful, over serial's: "
		      "claims, start and merge. What serial pays for too is not in it." },
	{ "rest", "the clocks that an item took serial, over those here: below 1, cores share "
		  "what one had for itself. It is not measured but inferred, "
		  "with the errors of the others in it." },
	{ "serial",
	  "Karp and Flatt's serial fraction, the one that alone would explain the speedup. "
	  "One that grows with the workers is overhead, not a serial part." },
};

static void html_put_factors(FILE *file)
{
	fputs("<dl>\n", file);
	for (size_t i = 0; i < sizeof(html_factors) / sizeof(html_factors[0]); i++)
		fprintf(file, "<dt>%s</dt><dd>%s</dd>\n", html_factors[i].name,
			html_factors[i].about);
	fputs("</dl>\n", file);
}

static void html_put_titles(FILE *file, const struct table *table)
{
	fputs("<thead><tr>", file);
	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].title)
			continue;
		fprintf(file, "<th scope=\"col\"%s>",
			table_is_text(table, c) ? " class=\"text\"" : "");
		html_text_put(file, table_title(table, c));
		fputs("</th>", file);
	}
	fputs("</tr></thead>\n", file);
}

static void html_put_cells(FILE *file, const struct table *table, const struct cell *cells)
{
	char text[CELL_SHOWN];

	fputs("<tr>", file);
	for (size_t c = 0; c < table->column_count; c++) {
		if (!table->columns[c].title)
			continue;
		fprintf(file, "<td%s>", table_is_text(table, c) ? " class=\"text\"" : "");
		html_text_put(file, table_show(&cells[c], text));
		fputs("</td>", file);
	}
	fputs("</tr>\n", file);
}

static void html_put_table(FILE *file, const struct table *table)
{
	struct cell cells[COLUMNS_MAX];
	const struct html_section *section = html_sections;

	if (!table->row_count || table->audience == FOR_PROGRAMS)
		return;
	while (section->key && strcmp(section->key, table->key))
		section++;
	fprintf(file, "<h2>%s</h2>\n", section->title);
	if (section->note)
		fprintf(file, "<p>%s</p>\n", section->note);
	fputs("<div class=\"wide\"><table>\n", file);
	html_put_titles(file, table);
	fputs("<tbody>\n", file);
	for (size_t r = 0; r < table->row_count; r++) {
		table_row(table, r, cells);
		html_put_cells(file, table, cells);
	}
	fputs("</tbody></table></div>\n", file);
	if (!strcmp(table->key, "factors"))
		html_put_factors(file);
}

static void html_put_tables(struct html_page *page)
{
	struct view view;
	int ret = view_make(&view, page->result, page->look);

	page->ret = page->ret ? page->ret : ret;
	for (size_t i = 0; i < view.count; i++)
		html_put_table(page->file, &view.tables[i]);
	view_free(&view);
}

static void html_put_style(struct html_page *page)
{
	fputs(asset_page_css, page->file);
}

static void html_put_heading(struct html_page *page)
{
	fprintf(page->file, "%s %s", page->result->program, page->result->command);
}

static void html_put_host(struct html_page *page)
{
	html_text_put(page->file,
		      page->result->host_count ? page->result->hosts[0].hostname : "no host");
}

static void html_put_what(struct html_page *page)
{
	char headline[VIEW_LINES];

	view_headline(page->result, headline);
	html_text_paragraphs(page->file, headline);
	html_text_paragraphs(page->file, page->result->started);
}

static void html_put_advice(struct html_page *page)
{
	if (!page->result->advice)
		return;
	fputs("<section class=\"advice\" aria-label=\"Advice\">\n", page->file);
	html_text_paragraphs(page->file, page->result->advice);
	fputs("</section>\n", page->file);
}

/* The pictures of an SVG file, in an element of the page. Returns 0 or -EIO. */
static int html_put_svg(FILE *file, const struct output *picture)
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

static void html_put_plots(struct html_page *page)
{
	struct output picture;
	int ret = plot_draw(&picture, page->result, PLOT_SVG);

	if (ret == -ENOENT) {
		say_warn("--html: no plots in the page: %s", PLOT_NEEDS);
		fprintf(page->file, "<p>No plots: %s.</p>\n", PLOT_NEEDS);
	} else if (ret == -ENODATA) {
		fputs("<p>No plots: no speedup over serial was measured.</p>\n", page->file);
	} else {
		ret = ret ? ret : html_put_svg(page->file, &picture);
		page->ret = page->ret ? page->ret : ret;
	}
	free(picture.text);
}

static void html_put_command(struct html_page *page)
{
	for (size_t i = 0; page->result->argv[i]; i++) {
		fputs(i ? " " : "", page->file);
		html_text_word(page->file, page->result->argv[i]);
	}
}

static void html_put_missing(struct html_page *page)
{
	bool any = false;

	for (size_t i = 0; i < page->result->row_count; i++) {
		const struct row *row = &page->result->rows[i];
		struct cell name = { 0 };

		if (!view_is_missing_anew(page->result, i))
			continue;
		columns_name(&name, page->result, row);
		fputs(any ? "<li>" : "<h2>What is missing, and why</h2>\n<ul>\n<li>", page->file);
		html_text_put(page->file, name.text);
		fputs(": ", page->file);
		html_text_put(page->file, row->missing);
		fputs("</li>\n", page->file);
		any = true;
	}
	fputs(any ? "</ul>\n" : "", page->file);
}

/* One more of a list that begins with the first one. */
static void html_put_warning(FILE *file, const char *text, bool *any)
{
	if (!*text)
		return;
	fputs(*any ? "<li>" : "<h2>Warnings</h2>\n<ul>\n<li>", file);
	html_text_put(file, text);
	fputs("</li>\n", file);
	*any = true;
}

static void html_put_warnings(struct html_page *page)
{
	char *const *texts = page->result->warnings;
	char text[VIEW_LINES];
	bool any = false;

	for (size_t i = 0; texts && texts[i]; i++)
		html_put_warning(page->file, texts[i], &any);
	for (size_t i = 0; i < page->result->row_count; i++) {
		view_disturbed(page->result, &page->result->rows[i], text);
		html_put_warning(page->file, text, &any);
	}
	view_confined(page->result, text);
	html_put_warning(page->file, text, &any);
	fputs(any ? "</ul>\n" : "", page->file);
}

static void html_put_facts(FILE *file, const char *title, const struct metrics *metrics)
{
	char text[CELL_SHOWN];

	fprintf(file, "<section>\n<h2>%s</h2>\n<div class=\"wide\"><table><tbody>\n", title);
	for (size_t i = 0; i < metrics->count; i++) {
		const char *key = metrics->list[i].key;

		fputs("<tr><th scope=\"row\" class=\"text\">", file);
		for (; *key; key++)
			html_text_put(file, (char[]){ strchr("_.", *key) ? ' ' : *key, '\0' });
		fputs("</th><td class=\"text\">", file);
		html_text_put(file, table_show_whole(&metrics->list[i].value, text));
		fputs("</td></tr>\n", file);
	}
	fputs("</tbody></table></div>\n</section>\n", file);
}

static void html_put_job(struct html_page *page)
{
	html_put_facts(page->file, "The job", &page->result->job);
}

/* What is known of each host, as facts. */
static void html_put_hosts(struct html_page *page)
{
	const struct result *result = page->result;
	struct table table = record_view_table("hosts", &host_record, result->hosts,
					       result->host_count, result, VIEW_JSON, NULL);
	struct cell cells[COLUMNS_MAX];
	char text[CELL_SHOWN];

	for (size_t i = 0; i < table.row_count; i++) {
		struct metrics facts = { 0 };

		table_row(&table, i, cells);
		for (size_t c = 0; c < table.column_count; c++)
			metrics_set_text(&facts, host_record.fields[c].key,
					 table_show_whole(&cells[c], text));
		html_put_facts(page->file, i ? "Another host" : "The host", &facts);
		metrics_free(&facts);
	}
	table_free(&table);
}

static void html_put_sample(FILE *file, const struct sample *sample)
{
	if (!sample->disturbed) {
		fprintf(file, "%.9g", sample->seconds);
		return;
	}
	fputs("<s title=\"", file);
	html_text_put(file, sample->disturbance ? sample->disturbance : "disturbed");
	fprintf(file, "\">%.9g</s>", sample->seconds);
}

static void html_put_samples(struct html_page *page)
{
	for (size_t i = 0; i < page->result->row_count; i++) {
		const struct row *row = &page->result->rows[i];
		struct cell name = { 0 };

		columns_name(&name, page->result, row);
		fputs("<tr><td class=\"text\">", page->file);
		html_text_put(page->file, name.text);
		fprintf(page->file,
			"</td><td>%u</td><td>%u</td><td>%u</td><td class=\"text long\">",
			row->ranks, row->workers, row->inflight);
		for (size_t k = 0; k < row->sample_count; k++) {
			fputs(k ? " " : "", page->file);
			html_put_sample(page->file, &row->samples[k]);
		}
		fputs("</td></tr>\n", page->file);
	}
}

static void html_put_footer(struct html_page *page)
{
	fprintf(page->file, "%s %s, %s", page->result->program, page->result->version,
		page->result->started);
}

/* What stands in page.html as {{name}}. */
static const struct html_part {
	const char *name;
	void (*put)(struct html_page *page);
} html_parts[] = {
	{ "heading", html_put_heading },   { "host", html_put_host },
	{ "style", html_put_style },       { "what", html_put_what },
	{ "advice", html_put_advice },     { "plots", html_put_plots },
	{ "tables", html_put_tables },     { "missing", html_put_missing },
	{ "warnings", html_put_warnings }, { "command", html_put_command },
	{ "hosts", html_put_hosts },       { "job", html_put_job },
	{ "samples", html_put_samples },   { "footer", html_put_footer },
};

static void html_put_part(struct html_page *page, const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(html_parts) / sizeof(html_parts[0]); i++)
		if (strlen(html_parts[i].name) == length &&
		    !strncmp(html_parts[i].name, name, length))
			html_parts[i].put(page);
}

static int html_write(FILE *file, const struct result *result, const struct look *look)
{
	struct html_page page = { file, result, look, 0 };
	const char *at = asset_page_html, *part;

	while ((part = strstr(at, "{{"))) {
		size_t length = strcspn(part, "}") - 2;

		fwrite(at, 1, (size_t)(part - at), file);
		html_put_part(&page, part + 2, length);
		at = part + length + 4;
	}
	fputs(at, file);
	return page.ret;
}

const struct format format_html = { .option = "html", .write = html_write };
