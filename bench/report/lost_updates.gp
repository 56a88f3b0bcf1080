# Lost updates against workers. Before it stand the facts, see plot_lost_updates.c: form, title, subtitle,
# and $lost, with workers, median, least and most in per cent.

if (form eq 'svg') {
	set terminal svg size 960, 480 fixed font 'sans-serif,12' background 'white' noenhanced
} else {
	set terminal pngcairo size 1920, 960 font 'sans-serif,12' fontscale 1.8 \
		linewidth 2 pointscale 2 dashlength 2 background 'white' noenhanced
}
set encoding utf8
set label title at screen 0.025, 0.94 font 'sans-serif,17' tc rgb '#000000'
set label subtitle at screen 0.025, 0.89 font 'sans-serif,12' tc rgb '#555555'
set tmargin at screen 0.82
set lmargin at screen 0.09
set rmargin at screen 0.97
set border 3 lc rgb '#888888'
set tics out scale 0.5 tc rgb '#333333'
set xtics nomirror
set ytics nomirror
set grid ytics lc rgb '#dddddd' lt 1
set errorbars 1.5
stats $lost using 1 nooutput
set xlabel 'threads'
set ylabel 'updates lost [%]'
set yrange [0:100]
set logscale x 2
set format x '%.0f'
unset key
set xrange [STATS_min / 1.3:STATS_max * 1.3]
plot $lost using 1:2:3:4 smooth unique with lines lc rgb '#D55E00' lw 2, \
	$lost using 1:2:3:4 with yerrorbars lc rgb '#D55E00' lw 2 pt 7 ps 0.9
