//! Scenes judged side by side, with an end to those that have none.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// What takes longer than this has no end: most scenes take some milliseconds, the slowest seconds.
const LONGEST: Duration = Duration::from_secs(240);
const WORKERS: usize = 2;

/// Returns the results of `work` for the numbers below `count`, in order: a text where it panicked or
/// did not end.
pub fn run<T: Send + 'static>(
    count: u64,
    work: impl Fn(u64) -> T + Copy + Send + Sync + 'static,
) -> Vec<Result<T, String>> {
    let next = AtomicU64::new(0);
    let results = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(|| {
                let mut pool = new_pool();
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        break;
                    }
                    let result = run_one(&pool, move || work(index));
                    if result.is_none() {
                        // The thread that does not end is left to itself.
                        pool = new_pool();
                    }
                    let result = result.unwrap_or_else(|| Err(format!("no end in {LONGEST:?}")));
                    let mut results = results.lock().expect("no worker panics");
                    results.push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no worker panics");
    results.sort_by_key(|&(index, _)| index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn new_pool() -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a pool starts")
}

/// None where there is no end.
fn run_one<T: Send + 'static>(
    pool: &ThreadPool,
    work: impl FnOnce() -> T + Send + 'static,
) -> Option<Result<T, String>> {
    let (sender, receiver) = mpsc::channel();
    pool.spawn(move || {
        let result = catch_unwind(AssertUnwindSafe(work));
        let result = result.map_err(|panic| format!("panic: {}", message(&*panic)));
        // Nobody listens any more where this took too long.
        let _ = sender.send(result);
    });
    receiver.recv_timeout(LONGEST).ok()
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    let text = owned.or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("without a text")
}
