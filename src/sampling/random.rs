/// What a random number is for. Numbers of different streams are independent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u64)]
pub enum Stream {
    /// Points in pixels for the image.
    Image = 0,
    /// Points in pixels for the interior term of the derivative.
    Interior = 1,
    /// Points on edges for the boundary term of the derivative.
    Boundary = 2,
    /// Seeds of independent repetitions: replicates of an estimate, steps of an optimisation.
    Replicate = 3,
    /// Perturbed parameters, and the images at them.
    Perturbation = 4,
    /// Points on the borders of pixels.
    Border = 5,
    /// Points on edges that tell where further ones matter.
    Pilot = 6,
}

/// The name of a place in the computation, hashed to 64 bits that serve as its random number.
///
/// Keys form a tree: the root is a seed and a stream, the children are numbered (pixels or edges,
/// then samples, then further dimensions). Draw from a key once, by [`Key::uniform`],
/// [`Key::pair`] or [`Key::below`]: all read the same bits. For more numbers take children.
///
/// The hash is the output function of SplitMix64 (Steele, Lea and Flood, "Fast splittable
/// pseudorandom number generators", OOPSLA 2014), whose constants are variant 13 of Stafford's
/// search for good 64-bit finalisers: two multiplications between three xorshifts. Child `i` of a
/// key is the output number `i` of a SplitMix64 generator which that key seeds.
///
/// ```
/// use reynolds::sampling::{Key, Stream};
/// let pixel = Key::new(7, Stream::Image).child(12);
/// let [x, y] = pixel.child(3).pair();
/// assert_eq!([x, y], pixel.child(3).pair());
/// assert_ne!([x, y], pixel.child(4).pair());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key(u64);

/// 2^64 divided by the golden ratio, made odd: the increment of SplitMix64.
const INCREMENT: u64 = 0x9e37_79b9_7f4a_7c15;

impl Key {
    /// Returns the root of the numbers of a seed and a stream.
    #[inline]
    pub fn new(seed: u64, stream: Stream) -> Self {
        Self(seed).child(0).child(stream as u64)
    }

    /// Returns the child with the given number (a pixel, an edge, a sample, a dimension).
    ///
    /// Different numbers give different children of one key.
    #[inline]
    pub fn child(self, index: u64) -> Self {
        let state = index.wrapping_add(1).wrapping_mul(INCREMENT);
        Self(mix(self.0.wrapping_add(state)))
    }

    /// Returns the 64 random bits of this key.
    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// Returns a uniform number in [0, 1), a multiple of 2^-53.
    #[inline]
    pub fn uniform(self) -> f64 {
        (self.0 >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Returns a number below `count`, each with a probability of `1/count` to within 2^-64.
    #[inline]
    pub fn below(self, count: u32) -> u32 {
        ((u128::from(self.0) * u128::from(count)) >> 64) as u32
    }

    /// Returns a uniform point of the open unit square, with 32 bits a coordinate.
    ///
    /// Coordinates are the centres of 2^32 intervals, so their mean is exactly 1/2 and neither 0
    /// nor 1 occurs.
    #[inline]
    pub fn pair(self) -> [f64; 2] {
        [centre((self.0 >> 32) as u32), centre(self.0 as u32)]
    }
}

/// Returns a coordinate below 1, also where it was rounded up to it.
#[inline]
pub(super) fn below_one(coordinate: f64) -> f64 {
    coordinate.min(1.0f64.next_down())
}

/// The centre of interval `index` out of 2^32 equal parts of [0, 1].
#[inline]
fn centre(index: u32) -> f64 {
    (f64::from(index) + 0.5) * (1.0 / (1u64 << 32) as f64)
}

/// A bijection of 64 bits in which each bit of the input flips about half of the output.
#[inline]
fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Known outputs of SplitMix64 with the seed 1234567, widely used to test implementations.
    #[test]
    fn children_are_the_outputs_of_splitmix64() {
        let outputs = [0, 1, 2, 3, 4].map(|i| Key(1_234_567).child(i).bits());
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(outputs, expected);
    }

    #[test]
    fn the_extreme_bits_stay_in_range() {
        assert_eq!(Key(0).uniform(), 0.0);
        assert_eq!(Key(u64::MAX).uniform(), 1.0f64.next_down());
        let half_step = 1.0 / (1u64 << 33) as f64;
        assert_eq!(Key(0).pair(), [half_step; 2]);
        assert_eq!(Key(u64::MAX).pair(), [1.0 - half_step; 2]);
        assert_eq!(Key(1 << 63).pair(), [0.5 + half_step, half_step]);
    }
}
