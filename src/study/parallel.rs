use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// Threads that each work alone: what runs on one, with all that it does in parallel, stays on it.
///
/// So the time that a piece of work takes is its own, whatever else goes on, and pieces need not be
/// long to keep all threads busy.
#[derive(Debug)]
pub struct Workers {
    pools: Vec<ThreadPool>,
}

impl Workers {
    /// Returns as many threads as the current pool has.
    ///
    /// # Errors
    /// If the system has no more threads.
    pub fn new() -> Result<Self, ThreadPoolBuildError> {
        let single = |_| ThreadPoolBuilder::new().num_threads(1).build();
        let pools = (0..rayon::current_num_threads()).map(single);
        Ok(Self {
            pools: pools.collect::<Result<_, _>>()?,
        })
    }

    /// Returns what `work` returns for the numbers below `count`, in order.
    pub fn map<T: Send>(&self, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(count));
        std::thread::scope(|scope| {
            for pool in &self.pools {
                scope.spawn(|| {
                    pool.install(|| {
                        loop {
                            let index = next.fetch_add(1, Ordering::Relaxed);
                            if index >= count {
                                break;
                            }
                            let result = work(index);
                            let mut done = done.lock().expect("no other thread has panicked");
                            done.push((index, result));
                        }
                    });
                });
            }
        });
        let mut done = done.into_inner().expect("all threads came to their end");
        done.sort_by_key(|&(index, _)| index);
        done.into_iter().map(|(_, result)| result).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_order_and_work_is_on_one_thread() {
        let pool = ThreadPoolBuilder::new().num_threads(3).build().unwrap();
        let results = pool.install(|| {
            let workers = Workers::new().unwrap();
            assert_eq!(workers.pools.len(), 3);
            workers.map(100, |index| (index, rayon::current_num_threads()))
        });
        let expected: Vec<(usize, usize)> = (0..100).map(|index| (index, 1)).collect();
        assert_eq!(results, expected);
    }
}
