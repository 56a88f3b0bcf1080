# The frame of every picture: its size, its headings, its pens, its horizontal axis.
# Before it stand the facts, see plot.c: form, title, subtitle, heading, panel, axis, curves, widest,
# fewest, most, numbers. All sizes are in pixels, from the top left corner.

width = 960
left = 84                          # of frames: room for numbers and the name of the axis
right = width - 24
curves_top = 84
curves_height = 340
below = curves_top + curves_height + 84
legend_height = panel eq 'factors' ? 48 : 24
panels_top = below + 60 + legend_height
panel_height = 180
panel_step = panel_height + 96
gutter = 76
height = panel eq 'rate' ? below + curves_height + 106 \
	: panels_top + (curves + 1) / 2 * panel_step - 24

smaller(a, b) = a < b ? a : b
greater(a, b) = a > b ? a : b

if (form eq 'svg') {
	set terminal svg size width, height fixed font 'sans-serif,12' background 'white' noenhanced
} else {
	set terminal pngcairo size 2 * width, 2 * height font 'sans-serif,12' fontscale 1.8 \
		linewidth 2 pointscale 2 dashlength 2 background 'white' noenhanced
}
set encoding utf8
set datafile missing '?'
set errorbars 1.5
set grid ytics lc rgb '#dddddd' lt 1
bordered = "set border 3 lc rgb '#888888'; set tics out scale 0.5 tc rgb '#333333'; \
	set xtics nomirror; set ytics nomirror"
eval bordered
set multiplot

set label title at screen 24.0 / width, 1 - 30.0 / height font 'sans-serif,17' tc rgb '#000000'
set label subtitle at screen 24.0 / width, 1 - 54.0 / height font 'sans-serif,12' tc rgb '#555555'
set label heading at screen 24.0 / width, 1 - below / real(height) font 'sans-serif,17' tc rgb '#000000'

# Okabe and Ito's colours, which the colour-blind tell apart (M. Okabe and K. Ito, Color Universal
# Design, 2008), without the yellow, too light for a line. Marks and dashes differ as well, for those
# who see or print in grey.
array colour[8] = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#000000', '#E69F00', '#56B4E9', '#666666']
set style line 1 lc rgb colour[1] lw 2 ps 0.9 pt 7 dt solid
set style line 2 lc rgb colour[2] lw 2 ps 0.9 pt 5 dt (12,4)
set style line 3 lc rgb colour[3] lw 2 ps 0.9 pt 9 dt (4,3)
set style line 4 lc rgb colour[4] lw 2 ps 0.9 pt 13 dt (12,4,3,4)
set style line 5 lc rgb colour[5] lw 2 ps 0.9 pt 6 dt (2,3)
set style line 6 lc rgb colour[6] lw 2 ps 0.9 pt 4 dt (16,3)
set style line 7 lc rgb colour[7] lw 2 ps 0.9 pt 8 dt (8,3,2,3,2,3)
set style line 8 lc rgb colour[8] lw 2 ps 0.9 pt 12 dt (6,6)
pen(curve) = curve % 8 + 1

# Where the next plot stands.
frame(l, t, r, h) = sprintf('set lmargin at screen %f; set rmargin at screen %f; \
	set tmargin at screen %f; set bmargin at screen %f', \
	real(l) / width, real(r) / width, 1 - real(t) / height, 1 - real(t + h) / height)

# n, from the left to the right: in doublings where it spans many; all numbers that were measured
# where they fit; otherwise some in equal steps.
wide = most > 16 * fewest
n_axis = wide ? sprintf("set logscale x 2; set format x '%%.0f'; set xtics 2; set xrange [%g:%g]", \
		fewest / 1.3, most * 1.3) \
	: sprintf("unset logscale x; set xrange [%g:%g]; ", fewest - 0.5, most + 0.5) \
	. (most - fewest > 16 ? 'set xtics autofreq' : sprintf('set xtics (%s)', numbers))

# What stands at the same n stands side by side, some pixels apart.
span = wide ? log(real(most) / fewest) / log(2) : most - fewest + 1
beside(n, curve) = (step = (curve - (curves - 1) / 2.0) \
		* smaller(8.0 * span / (width - 2 * left), 0.3 / curves), \
	wide ? n * 2 ** step : n + step)

# One legend for all panels: a plot with nothing else in it, as wide as the picture.
legend = "eval frame(left - 24, below + 12, width, legend_height); unset border; unset tics; \
	unset xlabel; unset ylabel; unset logscale; set xrange [0:1]; set yrange [0:1]; \
	set key inside left top horizontal Left reverse samplen 2 width -2.5"

# The frame of one curve's own panel, two in a row; one alone has the row.
half = (right - left - gutter) / 2
panel_left(curve) = curve % 2 ? left + half + gutter : left
panel_at(curve) = frame(panel_left(curve), panels_top + curve / 2 * panel_step, \
	curves == 1 ? right : panel_left(curve) + half, panel_height)
