use std::sync::atomic::{AtomicU64, Ordering};

use rayon::prelude::*;

use super::covers::KeptCovers;
use super::splat::{FilmPatch, FilmTile};
use super::stack::{Stack, StackMemory};
use super::{Method, Mutation};
use crate::drawing::{Drawing, PixelRect, TILE_SIZE, Tile, TileGrid};
use crate::film::Image;
use crate::scene::{ParameterId, RenderSettings, Scene};

/// Renders a scene and its derivatives: the door to the integrators.
///
/// The image is `[height][width][channels]` with 3 channels (RGB) over an opaque background and 4
/// (premultiplied RGBA) otherwise. All estimates are unbiased for the drawing, that is, for the
/// scene with its curves made polylines. Work runs in the current rayon pool.
///
/// ```
/// use reynolds::integrator::Renderer;
/// use reynolds::scene::Scene;
///
/// let scene = Scene::parse(r#"{"version": 1, "canvas": {"width": 32, "height": 32}, "shapes": [
///     {"type": "circle", "id": "disk", "center": [16, 16], "radius": 10, "fill": [0, 0, 0]}]}"#,
///     "disk.json", &[])?;
/// let renderer = Renderer::new(&scene, scene.render.clone());
/// let image = renderer.image();
/// assert_eq!(image.pixel(16, 16), [0.0, 0.0, 0.0]);
///
/// // A black disc on white: red decreases by the disc's perimeter when the radius grows.
/// let radius = scene.parameters.find("disk.radius").unwrap();
/// let derivative = renderer.jvp(&[(radius, 1.0)]);
/// let red: f64 = derivative.data().iter().step_by(3).sum();
/// assert!((red + 2.0 * std::f64::consts::PI * 10.0).abs() < 0.01);
/// # Ok::<(), reynolds::scene::SceneError>(())
/// ```
pub struct Renderer<'a> {
    scene: &'a Scene,
    drawing: Drawing,
    grid: TileGrid,
    covers: KeptCovers,
    settings: RenderSettings,
    method: Method,
    mutation: Option<Mutation>,
    channels: usize,
    on_tile: Option<&'a (dyn Fn() + Sync)>,
    pixel_samples: AtomicU64,
    edge_samples: AtomicU64,
}

/// How many samples were evaluated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleCounts {
    /// In pixels.
    pub pixel: u64,
    /// On edges. Tiles without groups and without paints that jump leave out what is hidden.
    pub edge: u64,
}

/// Tiles worked on between two merges: enough for any number of threads, few enough to bound the
/// memory of unmerged results.
const TILES_AT_ONCE: usize = 512;

impl<'a> Renderer<'a> {
    /// Prepares a scene at its current values: outlines to polylines, edges to tiles.
    pub fn new(scene: &'a Scene, settings: RenderSettings) -> Self {
        let drawing = Drawing::new(scene, settings.tolerance);
        let channels = if drawing.background()[3] == 1.0 { 3 } else { 4 };
        Self::of_drawing(scene, drawing, settings, channels)
    }

    fn of_drawing(
        scene: &'a Scene,
        drawing: Drawing,
        settings: RenderSettings,
        channels: usize,
    ) -> Self {
        let margin = settings.filter.support_pixels();
        let grid = TileGrid::new(&drawing, scene.canvas.width, scene.canvas.height, margin);
        Self {
            scene,
            drawing,
            covers: KeptCovers::new(grid.tiles().len()),
            grid,
            settings,
            method: Method::default(),
            mutation: None,
            channels,
            on_tile: None,
            pixel_samples: AtomicU64::new(0),
            edge_samples: AtomicU64::new(0),
        }
    }

    /// Returns a renderer of the scene at other values of its parameters, with the same plan of
    /// polylines, method and number of channels: the function of θ that is differentiated.
    ///
    /// Its image is what it is for; its derivatives with respect to parameters would be taken at
    /// the values of the scene.
    pub fn at(&self, theta: &[f64]) -> Self {
        let drawing = self.drawing.retraced(self.scene, theta);
        let settings = self.settings.clone();
        let moved = Self::of_drawing(self.scene, drawing, settings, self.channels);
        Self {
            method: self.method,
            on_tile: self.on_tile,
            ..moved
        }
    }

    /// Uses another method than [`Method::Edge`].
    pub fn with_method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Breaks the estimator in one way. For tests alone: a suite that does not notice is no proof.
    #[doc(hidden)]
    pub fn with_mutation(mut self, mutation: Mutation) -> Self {
        if mutation == Mutation::NoCoincidenceRule {
            self.grid.forget_coincidence();
            self.covers = KeptCovers::new(self.grid.tiles().len());
        }
        self.mutation = Some(mutation);
        self
    }

    pub(crate) fn mutation(&self) -> Option<Mutation> {
        self.mutation
    }

    /// Has `on_tile` called after each tile of each pass, from any thread.
    pub fn with_progress(mut self, on_tile: &'a (dyn Fn() + Sync)) -> Self {
        self.on_tile = Some(on_tile);
        self
    }

    /// Changes the seed of all random numbers, for an independent repetition.
    pub fn set_seed(&mut self, seed: u64) {
        self.settings.seed = seed;
    }

    /// Returns a renderer like [`at`](Self::at), of the drawing
    /// [pulled apart](Drawing::pulled_apart).
    pub fn at_pulled_apart(&self, theta: &[f64], distance: f64) -> Self {
        let drawing = self.drawing.retraced(self.scene, theta);
        let (drawing, settings) = (drawing.pulled_apart(distance), self.settings.clone());
        Self::of_drawing(self.scene, drawing, settings, self.channels).with_method(self.method)
    }

    /// Returns the scene.
    pub fn scene(&self) -> &'a Scene {
        self.scene
    }

    /// Returns the drawing.
    pub fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// Returns the tiles.
    pub fn grid(&self) -> &TileGrid {
        &self.grid
    }

    /// Returns the settings.
    pub fn settings(&self) -> &RenderSettings {
        &self.settings
    }

    /// Returns how many samples have been evaluated so far.
    pub fn sample_counts(&self) -> SampleCounts {
        SampleCounts {
            pixel: self.pixel_samples.load(Ordering::Relaxed),
            edge: self.edge_samples.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn count_samples(&self, counts: SampleCounts) {
        self.pixel_samples
            .fetch_add(counts.pixel, Ordering::Relaxed);
        self.edge_samples.fetch_add(counts.edge, Ordering::Relaxed);
    }

    /// Returns the number of channels of images: 3 over an opaque background, otherwise 4.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Returns the image, or an estimate of it: unbiased but for soft edges.
    pub fn image(&self) -> Image {
        self.method.estimator().image(self)
    }

    /// Returns the image's derivative along a direction, or an estimate of it: `J v`.
    ///
    /// The direction is a list of parameters with its components.
    pub fn jvp(&self, direction: &[(ParameterId, f64)]) -> Image {
        self.method.estimator().jvp(self, direction)
    }

    /// Returns the derivative of `Σ adjoint · image` with respect to each parameter of the scene,
    /// or an estimate of it: `Jᵀ w`.
    ///
    /// # Panics
    /// If `adjoint` does not have the size and channels of the image.
    pub fn vjp(&self, adjoint: &Image) -> Vec<f64> {
        let all: Vec<ParameterId> = self.scene.parameters.iter().map(|(id, _)| id).collect();
        self.vjp_by(adjoint, &all)
    }

    /// Returns the derivative of `Σ adjoint · image` with respect to some parameters, in their
    /// order. Methods that perturb parameters perturb these alone, and those that take an image for
    /// each take no more.
    ///
    /// # Panics
    /// If `adjoint` does not have the size and channels of the image.
    pub fn vjp_by(&self, adjoint: &Image, wanted: &[ParameterId]) -> Vec<f64> {
        self.assert_fits(adjoint);
        self.method.estimator().vjp(self, adjoint, wanted)
    }

    /// Returns a black image.
    pub(crate) fn black(&self) -> Image {
        let canvas = &self.scene.canvas;
        Image::new(canvas.width as usize, canvas.height as usize, self.channels)
    }

    fn assert_fits(&self, adjoint: &Image) {
        let canvas = self.canvas();
        assert_eq!(
            (adjoint.width(), adjoint.height(), adjoint.channels()),
            (canvas.width(), canvas.height(), self.channels()),
            "the adjoint has the size and channels of the image"
        );
    }

    /// Returns the layers on the pixels of a tile.
    pub(crate) fn stack<'b>(&'b self, tile: &'b Tile, memory: &'b mut StackMemory) -> Stack<'b> {
        let edges = self.grid.edges().list();
        Stack::new(&self.drawing, edges, tile, &self.covers, memory)
    }

    /// Runs `render` on all tiles and adds up their films in a fixed order.
    pub(crate) fn sum_films<M: Default + Send>(
        &self,
        render: impl Fn(&Tile, &mut FilmTile<'_>, &mut M) + Sync,
    ) -> Image {
        let canvas = self.canvas();
        let mut image = Image::new(canvas.width(), canvas.height(), self.channels());
        if self.settings.filter.support_pixels() == 0 {
            self.render_rows(&mut image, render);
        } else {
            self.add_patches(&mut image, render);
        }
        image
    }

    /// Renders tiles that reach no further than their own pixels straight into the image.
    fn render_rows<M: Default + Send>(
        &self,
        image: &mut Image,
        render: impl Fn(&Tile, &mut FilmTile<'_>, &mut M) + Sync,
    ) {
        let (width, channels) = (image.width(), self.channels);
        let length = TILE_SIZE as usize * width * channels;
        let bands = image.data_mut().par_chunks_mut(length);
        bands
            .zip(self.grid.rows())
            .for_each_init(M::default, |memory, (band, tiles)| {
                for tile in tiles {
                    let mut film = FilmTile::new(tile.rect, 0, width, channels, band);
                    render(tile, &mut film, memory);
                    self.tick();
                }
            });
    }

    /// Renders each tile to a film of its own and adds those up, row by row.
    fn add_patches<M: Default + Send>(
        &self,
        image: &mut Image,
        render: impl Fn(&Tile, &mut FilmTile<'_>, &mut M) + Sync,
    ) {
        let (canvas, reach) = (self.canvas(), self.settings.filter.support_pixels());
        let length = image.width() * self.channels;
        for tiles in self.grid.tiles().chunks(TILES_AT_ONCE) {
            let patches: Vec<FilmPatch> = tiles
                .par_iter()
                .map_init(M::default, |memory, tile| {
                    let rect = tile.rect.grown(reach).intersection(&canvas);
                    let mut patch = FilmPatch::new(rect, self.channels);
                    render(tile, &mut patch.film(), memory);
                    self.tick();
                    patch
                })
                .collect();
            let rows = patches.iter().map(FilmPatch::rows);
            let first = rows.clone().map(|rows| rows.start).min().unwrap_or(0);
            let last = rows.map(|rows| rows.end).max().unwrap_or(first);
            let rows = image.data_mut()[first * length..last * length].par_chunks_mut(length);
            rows.enumerate().for_each(|(y, row)| {
                for patch in &patches {
                    patch.add_row_to(first + y, row);
                }
            });
        }
    }

    /// Runs `render` on all tiles and lists what it returns.
    pub(crate) fn map_tiles<T: Send>(&self, render: impl Fn(usize, &Tile) -> T + Sync) -> Vec<T> {
        let tiles = self.grid.tiles().par_iter().enumerate();
        tiles.map(|(index, tile)| render(index, tile)).collect()
    }

    /// Runs `render` on all tiles and adds up, in a fixed order, the adjoints of drawing variables
    /// that it lists.
    pub(crate) fn sum_adjoints<M: Default + Send>(
        &self,
        render: impl Fn(&Tile, &mut M, &mut Vec<(usize, f64)>) + Sync,
    ) -> Vec<f64> {
        let mut adjoints = vec![0.0; self.drawing.layout.variable_count()];
        for tiles in self.grid.tiles().chunks(TILES_AT_ONCE) {
            let lists: Vec<Vec<(usize, f64)>> = tiles
                .par_iter()
                .map_init(M::default, |memory, tile| {
                    let mut list = Vec::with_capacity(8 * tile.all_edges().len());
                    render(tile, memory, &mut list);
                    self.tick();
                    list
                })
                .collect();
            for (variable, adjoint) in lists.into_iter().flatten() {
                adjoints[variable] += adjoint;
            }
        }
        adjoints
    }

    fn tick(&self) {
        if let Some(on_tile) = self.on_tile {
            on_tile();
        }
    }

    /// Returns the pixels whose samples count: the canvas, and what the filter reaches around it.
    pub(crate) fn area(&self) -> PixelRect {
        self.canvas().grown(self.settings.filter.support_pixels())
    }

    pub(crate) fn canvas(&self) -> PixelRect {
        PixelRect {
            x0: 0,
            y0: 0,
            x1: self.scene.canvas.width as i32,
            y1: self.scene.canvas.height as i32,
        }
    }
}
