use std::ops::Range;

use glam::DVec2;

use crate::ad::{Dual, Scalar};
use crate::paint;

use super::{Drawing, Edge, Layer, Tile};

/// Premultiplied RGBA.
pub type Rgba<S = f64> = [S; 4];

/// Composites the layers of one tile at a point: value, tangent, adjoint, and the jump across an
/// edge.
///
/// A layer of the tile is named by its *slot*, its place in [`Tile::layers`]. All methods take
/// `inside`: for each slot, whether the point is inside that layer's outline.
#[derive(Debug)]
pub struct Painter<'a> {
    drawing: &'a Drawing,
    tile: &'a Tile,
    commands: Vec<Command>,
    /// Where the coefficients of each slot are among the tile's variables.
    slots: Vec<Range<usize>>,
    /// The drawing variables that colours in the tile depend on: paint coefficients slot by slot,
    /// opacities, background.
    variables: Vec<usize>,
}

#[derive(Clone, Copy, Debug)]
enum Command {
    /// Composite a layer over what is there.
    Layer { slot: usize },
    /// Put what is there aside and start with nothing.
    Begin,
    /// Composite what is there, times an opacity, over what was put aside.
    End {
        /// The opacity among the drawing variables.
        opacity: usize,
        /// The opacity among the tile's variables.
        local: usize,
    },
}

/// Memory that calls share, so that no sample allocates.
#[derive(Debug, Default)]
pub struct Scratch {
    stack: Vec<Rgba>,
    tangent_stack: Vec<Rgba<Dual<1>>>,
    states: Vec<Rgba>,
}

impl<'a> Painter<'a> {
    /// Prepares a tile of a drawing.
    pub fn new(drawing: &'a Drawing, tile: &'a Tile) -> Self {
        let mut painter = Self {
            drawing,
            tile,
            commands: Vec::with_capacity(tile.layers.len()),
            slots: Vec::with_capacity(tile.layers.len()),
            variables: Vec::new(),
        };
        for layer in &tile.layers {
            let start = painter.variables.len();
            let layer = &drawing.layout.layers()[layer.layer as usize];
            painter.variables.extend(layer.coefficients.clone());
            painter.slots.push(start..painter.variables.len());
        }
        painter.add_commands();
        let background = drawing.layout.background();
        painter.variables.extend(background..background + 4);
        painter
    }

    /// Writes down the layers of the tile in order, with the groups around them.
    fn add_commands(&mut self) {
        let mut open = Vec::new();
        for (slot, layer) in self.tile.layers.iter().enumerate() {
            let path = self.group_path(self.drawing.layout.layers()[layer.layer as usize].group);
            let common = open.iter().zip(&path).take_while(|(a, b)| a == b).count();
            self.close_groups(&mut open, common);
            for &group in &path[common..] {
                open.push(group);
                self.commands.push(Command::Begin);
            }
            self.commands.push(Command::Layer { slot });
        }
        self.close_groups(&mut open, 0);
    }

    /// The groups around a layer, outermost first.
    fn group_path(&self, innermost: Option<usize>) -> Vec<usize> {
        let groups = self.drawing.layout.groups();
        let mut path: Vec<usize> =
            std::iter::successors(innermost, |&group| groups[group].parent).collect();
        path.reverse();
        path
    }

    fn close_groups(&mut self, open: &mut Vec<usize>, keep: usize) {
        while open.len() > keep {
            let group = open.pop().expect("longer than `keep`");
            let opacity = self.drawing.layout.groups()[group].opacity;
            let local = self.variables.len();
            self.variables.push(opacity);
            self.commands.push(Command::End { opacity, local });
        }
    }

    /// Returns the drawing variables that colours in the tile depend on. Adjoints of
    /// [`pull_back`](Self::pull_back) come in this order.
    pub fn variables(&self) -> &[usize] {
        &self.variables
    }

    /// Returns where the coefficients of a slot are among the [variables](Self::variables).
    pub fn variables_of(&self, slot: usize) -> Range<usize> {
        self.slots[slot].clone()
    }

    /// Returns where the background is among the [variables](Self::variables).
    pub fn variables_of_background(&self) -> Range<usize> {
        self.variables.len() - 4..self.variables.len()
    }

    /// Tells whether there are groups with an opacity.
    pub fn has_groups(&self) -> bool {
        self.commands.len() > self.slots.len()
    }

    fn layer(&self, slot: usize) -> &Layer {
        &self.drawing.layout.layers()[self.tile.layers[slot].layer as usize]
    }

    /// Computes for each slot whether a point is inside.
    pub fn inside(&self, edges: &[Edge], p: DVec2, inside: &mut Vec<bool>) {
        inside.clear();
        inside.extend(self.tile.layers.iter().enumerate().map(|(slot, layer)| {
            let winding = self.tile.winding_at(layer, edges, p);
            self.layer(slot).rule.is_inside(winding)
        }));
    }

    /// Returns the colour at a point.
    pub fn color(&self, p: DVec2, inside: &[bool], scratch: &mut Scratch) -> Rgba {
        let variables = &self.drawing.variables;
        self.composite(variables, p, inside, &mut scratch.stack)
    }

    /// Returns the tangent of the colour at a point that stays where it is, given the tangents of
    /// the drawing variables.
    pub fn push_forward(
        &self,
        variables: &[Dual<1>],
        p: DVec2,
        inside: &[bool],
        scratch: &mut Scratch,
    ) -> Rgba {
        let color = self.composite(variables, p, inside, &mut scratch.tangent_stack);
        color.map(|channel| channel.tangent[0])
    }

    /// The colour as a function of all drawing variables, generic in the scalar.
    fn composite<S: Scalar>(
        &self,
        variables: &[S],
        p: DVec2,
        inside: &[bool],
        stack: &mut Vec<Rgba<S>>,
    ) -> Rgba<S> {
        let background = self.drawing.layout.background();
        let mut below: Rgba<S> = std::array::from_fn(|c| variables[background + c]);
        stack.clear();
        for command in &self.commands {
            match *command {
                Command::Layer { slot } if inside[slot] => {
                    let layer = self.layer(slot);
                    let coefficients = &variables[layer.coefficients.clone()];
                    below = over(paint::color_at(layer.paint, coefficients, p), below);
                }
                Command::Layer { .. } => {}
                Command::Begin => {
                    stack.push(below);
                    below = [S::constant(0.0); 4];
                }
                Command::End { opacity, .. } => {
                    let top = below.map(|channel| channel * variables[opacity]);
                    below = over(top, stack.pop().expect("every End has its Begin"));
                }
            }
        }
        below
    }

    /// Adds to `adjoints` (in the order of [`variables`](Self::variables)) the derivative of
    /// `⟨adjoint, colour at p⟩`.
    pub fn pull_back(
        &self,
        p: DVec2,
        inside: &[bool],
        adjoint: Rgba,
        scratch: &mut Scratch,
        adjoints: &mut [f64],
    ) {
        self.record_states(p, inside, scratch);
        let Scratch { stack, states, .. } = scratch;
        stack.clear();
        let mut adjoint = adjoint;
        for command in self.commands.iter().rev() {
            match *command {
                Command::Layer { slot } if inside[slot] => {
                    let color = states.pop().expect("recorded");
                    let below = states.pop().expect("recorded");
                    let layer = self.layer(slot);
                    let coefficients = &self.drawing.variables[layer.coefficients.clone()];
                    let mut color_adjoint = adjoint;
                    color_adjoint[3] -= dot(adjoint, below);
                    let out = &mut adjoints[self.slots[slot].clone()];
                    paint::pull_back(layer.paint, coefficients, p, color_adjoint, out);
                    adjoint = adjoint.map(|channel| channel * (1.0 - color[3]));
                }
                Command::Layer { .. } => {}
                Command::End { opacity, local } => {
                    let parent = states.pop().expect("recorded");
                    let group = states.pop().expect("recorded");
                    let opacity = self.drawing.variables[opacity];
                    let through = dot(adjoint, parent);
                    adjoints[local] += dot(adjoint, group) - group[3] * through;
                    stack.push(adjoint.map(|channel| channel * (1.0 - opacity * group[3])));
                    adjoint = adjoint.map(|channel| channel * opacity);
                    adjoint[3] -= opacity * through;
                }
                Command::Begin => adjoint = stack.pop().expect("every Begin has its End"),
            }
        }
        let background = adjoints.len() - 4;
        for (sum, channel) in adjoints[background..].iter_mut().zip(adjoint) {
            *sum += channel;
        }
    }

    /// Composites a point and keeps what each command found below it.
    fn record_states(&self, p: DVec2, inside: &[bool], scratch: &mut Scratch) {
        let Scratch { stack, states, .. } = scratch;
        stack.clear();
        states.clear();
        let mut below = self.drawing.background();
        for command in &self.commands {
            match *command {
                Command::Layer { slot } if inside[slot] => {
                    let color = self.layer_color(slot, p);
                    states.extend([below, color]);
                    below = over(color, below);
                }
                Command::Layer { .. } => {}
                Command::Begin => {
                    stack.push(below);
                    below = [0.0; 4];
                }
                Command::End { opacity, .. } => {
                    let parent = stack.pop().expect("every End has its Begin");
                    states.extend([below, parent]);
                    let opacity = self.drawing.variables[opacity];
                    below = over(below.map(|channel| channel * opacity), parent);
                }
            }
        }
    }

    /// Returns the colour of the layer in a slot at a point, whether or not that is inside.
    pub fn layer_color(&self, slot: usize, p: DVec2) -> Rgba {
        let layer = self.layer(slot);
        let coefficients = &self.drawing.variables[layer.coefficients.clone()];
        paint::color_at(layer.paint, coefficients, p)
    }

    /// Returns by how much the composite at a point changes when the colour of one layer changes
    /// by `change` (that layer being inside, whatever `inside` says).
    ///
    /// The composite is affine in each premultiplied colour; the difference is carried through the
    /// layers above, so it is exactly 0 under an opaque one. The paint of a slot is looked up at
    /// `places(slot)`: the point, or beside it where the paint jumps there.
    pub fn difference(
        &self,
        places: impl Fn(usize) -> DVec2,
        inside: &[bool],
        (changed, change): (usize, Rgba),
        scratch: &mut Scratch,
    ) -> Rgba {
        // On the stack, what was put aside and its own difference take turns.
        let stack = &mut scratch.stack;
        stack.clear();
        let mut below = self.drawing.background();
        let mut difference = [0.0; 4];
        for command in &self.commands {
            match *command {
                Command::Layer { slot } if slot == changed => {
                    difference = std::array::from_fn(|c| change[c] - change[3] * below[c]);
                }
                Command::Layer { slot } if inside[slot] => {
                    let color = self.layer_color(slot, places(slot));
                    below = over(color, below);
                    difference = difference.map(|channel| channel * (1.0 - color[3]));
                }
                Command::Layer { .. } => {}
                Command::Begin => {
                    stack.extend([below, difference]);
                    below = [0.0; 4];
                    difference = [0.0; 4];
                }
                Command::End { opacity, .. } => {
                    let opacity = self.drawing.variables[opacity];
                    let parent_difference = stack.pop().expect("every End has its Begin");
                    let parent = stack.pop().expect("every End has its Begin");
                    let top = below.map(|channel| channel * opacity);
                    difference = std::array::from_fn(|c| {
                        opacity * (difference[c] - difference[3] * parent[c])
                            + (1.0 - top[3]) * parent_difference[c]
                    });
                    below = over(top, parent);
                }
            }
        }
        difference
    }
}

/// Porter and Duff's `over` for premultiplied colours.
pub fn over<S: Scalar>(top: Rgba<S>, below: Rgba<S>) -> Rgba<S> {
    let through = -top[3] + 1.0;
    std::array::from_fn(|c| top[c] + through * below[c])
}

fn dot(a: Rgba, b: Rgba) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3]
}
