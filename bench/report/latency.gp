# Latencies against n. Before it stand the facts, see plot.c: $latency, with n, p50, p95 and p99 in
# ms, a block for each curve; lowest, highest.

array quantile[3] = ['p50: 1 in 2 took longer', 'p95: 1 in 20 took longer', 'p99: 1 in 100 took longer']
set style line 21 lc rgb '#0072B2' lw 2 dt solid pt 7 ps 0.8
set style line 22 lc rgb '#D55E00' lw 2 dt (12,4) pt 9 ps 0.8
set style line 23 lc rgb '#000000' lw 2 dt (4,3) pt 4 ps 0.8

eval legend
plot for [k = 1:3] NaN with linespoints ls 20 + k title quantile[k]
unset key
eval bordered

set xlabel axis
eval n_axis
set format y '%g'
set ytics autofreq
# A logarithmic axis has a number at each power of ten: within one there would be none.
if (highest > 10 * lowest) {
	set logscale y 10
	set yrange [lowest / 1.5:highest * 1.5]
} else {
	unset logscale y
	set yrange [0:highest * 1.15]
}
do for [i = 0:curves - 1] {
	eval panel_at(i)
	set title name[i + 1] font 'sans-serif,13' offset 0,-0.4
	set ylabel (i % 2 ? '' : 'latency [ms]') offset -0.5,0
	plot for [k = 1:3] $latency index i using 1:k + 1 with linespoints ls 20 + k
}
