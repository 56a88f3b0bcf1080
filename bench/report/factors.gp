# Bars of the efficiency, with what each factor took of the rest. Before it stand the facts, see
# plot.c: $bars, a block for each curve; bars[], how many it has; longest, of the most; highest.

array part[6] = ['efficiency', 'lost to clock', 'lost to balance', 'lost to others (running)', \
	'lost to overhead', 'lost to the rest']
array style[6] = ["lc rgb '#0072B2' fs solid 1 border lc rgb '#0072B2'", \
	"lc rgb '#E69F00' fs pattern 2 border lc rgb '#E69F00'", \
	"lc rgb '#009E73' fs pattern 4 border lc rgb '#009E73'", \
	"lc rgb '#CC79A7' fs pattern 6 border lc rgb '#CC79A7'", \
	"lc rgb '#D55E00' fs pattern 5 border lc rgb '#D55E00'", \
	"lc rgb '#666666' fs pattern 1 border lc rgb '#666666'"]
legends = ''
stacks = ''
do for [k = 1:6] {
	legends = legends . (k > 1 ? ', ' : 'plot ') \
		. sprintf("NaN with boxes %s title '%s'", style[k], part[k])
	stacks = stacks . sprintf("$bars index i using %d:xtic(8) with histograms %s notitle, ", \
		k + 1, style[k])
}
eval legend
eval legends
unset key
eval bordered

set style histogram rowstacked
set boxwidth 0.7
set xlabel axis
set xtics autofreq scale 0
set format y '%.2f'
set ytics 0, 0.25, floor(4 * highest) / 4.0
# Many bars leave no room for level numbers above them.
crowded = longest > 10
set yrange [0:highest * (crowded ? 1.25 : 1.15)]
upright = crowded ? 'rotate left' : 'center'
do for [i = 0:curves - 1] {
	eval panel_at(i)
	set title name[i + 1] font 'sans-serif,13' offset 0,-0.4
	set ylabel (i % 2 ? '' : 'efficiency') offset -0.5,0
	room = greater(bars[i + 1], curves == 1 ? 12 : 6)
	set xrange [(bars[i + 1] - 1 - room) / 2.0:(bars[i + 1] - 1 + room) / 2.0]
	eval "plot 1 with lines lc rgb '#999999' dt (3,3) notitle, " . stacks \
		. "$bars index i using 0:1:9 with labels " . upright \
		. " offset 0,0.6 font 'sans-serif,10' tc rgb '#333333' notitle"
}
