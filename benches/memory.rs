//! How much memory does a scene take, and how much do renders take on top of it at most? Counted by
//! the allocator, for shapes of constant total area on 1024², and for other canvases.

mod support;

use peak_alloc::PeakAlloc;
use reynolds::integrator::Renderer;
use reynolds::scene::{ParameterId, RenderSettings};
use support::{disks, on_threads, table, waves};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const MIB: f64 = 1024.0 * 1024.0;

/// Returns what `work` returns, and by how many MiB the memory in use grows at most while it runs.
fn peak<T: Send>(work: impl FnOnce() -> T + Send) -> (T, String) {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let result = on_threads(2, work);
    let grown = (ALLOCATOR.peak_usage() - before) as f64 / MIB;
    (result, format!("{grown:.1}"))
}

fn main() {
    let mut memory = table(&[
        "2 threads, 2×2 samples, MiB",
        "scene",
        "while it is parsed",
        "forward",
        "forward + VJP",
        "JVP",
    ]);
    let sizes = [(1, 1024), (1_000, 1024), (10_000, 1024), (100_000, 1024)];
    for (count, side) in sizes.into_iter().chain([(1_000, 256), (1_000, 4096)]) {
        let before = ALLOCATOR.current_usage();
        let (scene, parsing) = peak(|| disks(count, side));
        let held = (ALLOCATOR.current_usage() - before) as f64 / MIB;
        let settings = RenderSettings {
            spp: 4,
            ..scene.render.clone()
        };
        let weights = waves(side as usize, side as usize, 3);
        let renderer = || Renderer::new(&scene, settings.clone());
        let last = ParameterId::new(scene.parameters.len() - 1);
        memory.add_row([
            format!("{count} shapes, {side}²"),
            format!("{held:.1}"),
            parsing,
            peak(|| renderer().image()).1,
            peak(|| {
                let renderer = renderer();
                (renderer.image(), renderer.vjp(&weights))
            })
            .1,
            peak(|| renderer().jvp(&[(last, 1.0)])).1,
        ]);
    }
    println!("{memory}");
}
