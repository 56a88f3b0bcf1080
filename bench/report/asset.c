/* Files that are part of the program. The assembler reads them, so that every compiler can. */
#include "asset.h"

#define ASSET(symbol, file)                                             \
	__asm__(".pushsection .rodata\n"                                \
		".global asset_" symbol "\n"                            \
		"asset_" symbol ": .incbin \"bench/report/" file "\"\n" \
		".byte 0\n"                                             \
		".popsection\n")

ASSET("page_html", "page.html");
ASSET("page_css", "page.css");
ASSET("frame_gp", "frame.gp");
ASSET("curves_gp", "curves.gp");
ASSET("factors_gp", "factors.gp");
ASSET("latency_gp", "latency.gp");
ASSET("lost_updates_gp", "lost_updates.gp");
