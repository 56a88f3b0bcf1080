/* Files that are part of the program: the page's frame and style, the plots' scripts. */
#ifndef ASSET_H
#define ASSET_H

/* Each is the text of the file of that name in this folder, ended by a zero byte. */
extern const char asset_page_html[], asset_page_css[];
extern const char asset_frame_gp[], asset_curves_gp[], asset_factors_gp[], asset_latency_gp[],
	asset_lost_updates_gp[];

#endif
