//! Numbers and points of several walks side by side, in vector registers.
//!
//! There is one code for every machine, it has no fused operations, and so the same bits everywhere.

use std::ops::{Add, Mul, Sub};

use glam::DVec2;
use wide::f64x4;

/// The number of walks that go on together.
pub(super) const LANES: usize = 4;

/// One number of each walk. As a mask, all bits of a lane are set or none is.
pub(super) type Lanes = f64x4;

/// One point or vector of each walk.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Points {
    pub(super) x: Lanes,
    pub(super) y: Lanes,
}

impl Points {
    /// The same point for all walks.
    #[inline(always)]
    pub(super) fn all(point: DVec2) -> Self {
        Self {
            x: all(point.x),
            y: all(point.y),
        }
    }

    #[inline(always)]
    pub(super) fn dot(self, other: Self) -> Lanes {
        self.x * other.x + self.y * other.y
    }

    #[inline(always)]
    pub(super) fn perp_dot(self, other: Self) -> Lanes {
        self.x * other.y - self.y * other.x
    }

    #[inline(always)]
    pub(super) fn length_squared(self) -> Lanes {
        self.dot(self)
    }

    /// Returns these points where a mask is set, 0 elsewhere.
    #[inline(always)]
    pub(super) fn masked(self, mask: Lanes) -> Self {
        Self {
            x: self.x & mask,
            y: self.y & mask,
        }
    }

    /// Returns a mask of the points both of whose coordinates are finite: 0 times others is not 0.
    #[inline(always)]
    pub(super) fn is_finite(self) -> Lanes {
        (all(0.0) * self.x + all(0.0) * self.y).simd_eq(all(0.0))
    }

    /// Returns these points where a mask is set, others elsewhere.
    #[inline(always)]
    pub(super) fn or(self, mask: Lanes, others: Self) -> Self {
        Self {
            x: mask.select(self.x, others.x),
            y: mask.select(self.y, others.y),
        }
    }

    pub(super) fn set(&mut self, lane: usize, point: DVec2) {
        self.x.as_mut_array()[lane] = point.x;
        self.y.as_mut_array()[lane] = point.y;
    }
}

impl Add for Points {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self {
            x: self.x + other.x,
            y: self.y + other.y,
        }
    }
}

impl Sub for Points {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self {
            x: self.x - other.x,
            y: self.y - other.y,
        }
    }
}

impl Mul<Points> for Lanes {
    type Output = Points;

    #[inline(always)]
    fn mul(self, points: Points) -> Points {
        Points {
            x: self * points.x,
            y: self * points.y,
        }
    }
}

/// The greater of two numbers, neither of which is NaN.
#[inline(always)]
pub(super) fn greater(a: Lanes, b: Lanes) -> Lanes {
    a.fast_max(b)
}

/// The lesser of two numbers, the second where one is NaN.
#[inline(always)]
pub(super) fn lesser(a: Lanes, b: Lanes) -> Lanes {
    let (a, b) = (a.to_array(), b.to_array());
    Lanes::new(std::array::from_fn(|lane| {
        if a[lane] < b[lane] { a[lane] } else { b[lane] }
    }))
}

/// The same number in all lanes.
#[inline(always)]
pub(super) fn all(value: f64) -> Lanes {
    Lanes::from(value)
}
