# Curves against n, their 95 % intervals as bars. Before it stand the facts, see plot.c: $chart, with
# n, value, low and high, a block for each curve; $ideal; chart_top, chart_axis, ideal, lowest,
# highest.

eval frame(left, chart_top, right - 70 - 7 * greater(smaller(widest, 36), 8), curves_height)
set xlabel axis
eval n_axis
set ylabel chart_axis offset -0.5,0
set format y '%g'
if (ideal && wide) {
	set logscale y 2
	set ytics 2
	set yrange [lowest / 1.2:highest * 1.2]
} else {
	unset logscale y
	set ytics autofreq
	set yrange [0:highest * 1.06]
}
set key outside right top Left reverse samplen 3.5 spacing 1.4
plot for [i = 1:ideal] $ideal using 1:2 with lines lc rgb '#999999' lw 1.5 dt (3,3) title 'ideal', \
	for [i = 0:curves - 1] $chart index i using (beside($1, i)):2:3:4 with yerrorbars \
		lc rgb colour[pen(i)] lw 1.5 pt 0 notitle, \
	for [i = 0:curves - 1] $chart index i using (beside($1, i)):2 with linespoints \
		ls pen(i) title name[i + 1]
unset label
