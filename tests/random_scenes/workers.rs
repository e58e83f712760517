//! Scenes judged side by side, with an end to those that have none.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// What takes longer than this has no end: most scenes take some milliseconds, the slowest seconds.
const LONGEST: Duration = Duration::from_secs(240);
const WORKERS: usize = 2;

/// What is wrong with a scene, empty if nothing is, and whether it was looked at twice.
type Finding = (String, bool);

/// Returns what `work` finds for the numbers below `count`, in any order. `report` is called at once
/// for what is wrong, which includes work that does not end.
pub fn run(
    count: u64,
    work: impl Fn(u64) -> Finding + Copy + Send + Sync + 'static,
    report: impl Fn(u64, &str) + Sync,
) -> Vec<Finding> {
    let next = AtomicU64::new(0);
    let findings = Mutex::new(Vec::new());
    let worker = || {
        let mut pool = new_pool();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                break;
            }
            let finding = run_one(&pool, move || work(index)).unwrap_or_else(|| {
                // The thread that does not end is left to itself.
                pool = new_pool();
                (format!("no end in {LONGEST:?}"), false)
            });
            if !finding.0.is_empty() {
                report(index, &finding.0);
            }
            findings.lock().expect("no worker panics").push(finding);
        }
    };
    thread::scope(|scope| {
        for _ in 0..WORKERS {
            scope.spawn(worker);
        }
    });
    findings.into_inner().expect("no worker panics")
}

fn new_pool() -> ThreadPool {
    let pool = ThreadPoolBuilder::new().num_threads(1).build();
    pool.expect("a pool starts")
}

/// None where there is no end.
fn run_one(pool: &ThreadPool, work: impl FnOnce() -> Finding + Send + 'static) -> Option<Finding> {
    let (sender, receiver) = mpsc::channel();
    pool.spawn(move || {
        // Nobody listens any more where this took too long.
        let _ = sender.send(work());
    });
    receiver.recv_timeout(LONGEST).ok()
}
