// The twenty sums by threads, a share of the range each. The empty asm keeps the compiler from a closed form.
use std::arch::asm;
use std::thread;

fn share(begin: u64, end: u64) -> u128 {
    let mut sum = 0u128;
    for i in begin..end {
        let mut k = i;
        unsafe { asm!("/* {0} */", inout(reg) k, options(pure, nomem, nostack, preserves_flags)) };
        sum += k as u128 * k as u128;
    }
    sum
}

fn main() {
    let count = thread::available_parallelism().map_or(1, |n| n.get() as u64);
    for n in 10_000_000u64..10_000_020 {
        let threads: Vec<_> = (0..count)
            .map(|t| thread::spawn(move || share(n * t / count, n * (t + 1) / count)))
            .collect();
        println!("{}", threads.into_iter().map(|t| t.join().unwrap()).sum::<u128>());
    }
}
