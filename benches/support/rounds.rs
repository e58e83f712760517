use std::fmt;
use std::time::{Duration, Instant};

use cpu_time::ThreadTime;
use rayon::ThreadPool;

/// How long the runs of a contender in one round take together, at least.
const ROUND: Duration = Duration::from_millis(10);

/// Something to time against others, in a pool of threads.
pub struct Contender<'a> {
    pool: ThreadPool,
    work: Box<dyn FnMut() + Send + 'a>,
}

impl<'a> Contender<'a> {
    /// Takes what to run.
    pub fn new(threads: usize, work: impl FnMut() + Send + 'a) -> Self {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        Self {
            pool: pool.expect("threads can be started"),
            work: Box::new(work),
        }
    }

    /// Times one run: the mean over runs one after the other.
    fn time(&mut self) -> Seconds {
        let Self { pool, work } = self;
        pool.install(|| {
            let (wall, cpu, mut runs) = (Instant::now(), ThreadTime::now(), 0);
            while runs == 0 || wall.elapsed() < ROUND {
                work();
                runs += 1;
            }
            Seconds {
                wall: wall.elapsed().as_secs_f64() / f64::from(runs),
                cpu: cpu.elapsed().as_secs_f64() / f64::from(runs),
            }
        })
    }
}

/// What a run takes.
#[derive(Clone, Copy, Debug)]
pub struct Seconds {
    /// By the clock on the wall.
    pub wall: f64,
    /// On the processor, of one of the threads: with one thread the same on a quiet machine, and
    /// still about the same on a busy one.
    pub cpu: f64,
}

/// Times all contenders by turns, and returns what each takes in each round. What disturbs the
/// machine for longer than a round disturbs all of them.
pub fn time_in_rounds<const N: usize>(
    rounds: usize,
    mut contenders: [Contender; N],
) -> [Vec<Seconds>; N] {
    let mut seconds = [const { Vec::new() }; N];
    // The first round warms up.
    for round in 0..=rounds {
        for (contender, list) in contenders.iter_mut().zip(&mut seconds) {
            let found = contender.time();
            if round > 0 {
                list.push(found);
            }
        }
    }
    seconds
}

/// Returns the quartiles of `a / b`, round by round, of the times that `which` picks.
pub fn ratios(a: &[Seconds], b: &[Seconds], which: impl Fn(&Seconds) -> f64) -> Quartiles {
    a.iter().zip(b).map(|(a, b)| which(a) / which(b)).collect()
}

/// The median of some numbers, and half the distance of the quartiles around it.
#[derive(Clone, Copy, Debug)]
pub struct Quartiles {
    /// The median.
    pub median: f64,
    /// Half the distance between the quartiles.
    pub spread: f64,
}

impl FromIterator<f64> for Quartiles {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let at = |part: usize| sorted[part * (sorted.len() - 1) / 4];
        Self {
            median: at(2),
            spread: 0.5 * (at(3) - at(1)),
        }
    }
}

impl fmt::Display for Quartiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or(2);
        write!(f, "{:.digits$} ± {:.digits$}", self.median, self.spread)
    }
}
