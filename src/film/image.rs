/// A picture of `f64` values: `[height][width][channels]`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    width: usize,
    height: usize,
    channels: usize,
    data: Vec<f64>,
}

impl Image {
    /// Returns a picture of zeros.
    pub fn new(width: usize, height: usize, channels: usize) -> Self {
        Self::from_data(
            width,
            height,
            channels,
            vec![0.0; width * height * channels],
        )
    }

    /// Returns a picture of the given values.
    ///
    /// # Panics
    /// If `data` does not have `height · width · channels` values.
    pub fn from_data(width: usize, height: usize, channels: usize, data: Vec<f64>) -> Self {
        assert_eq!(
            data.len(),
            width * height * channels,
            "one value a pixel and channel"
        );
        Self {
            width,
            height,
            channels,
            data,
        }
    }

    /// Returns the width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Returns the height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Returns the number of channels.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Returns all values, row-major.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// Returns all values for changing.
    pub fn data_mut(&mut self) -> &mut [f64] {
        &mut self.data
    }

    /// Returns the values of a row.
    pub fn row(&self, y: usize) -> &[f64] {
        let length = self.width * self.channels;
        &self.data[y * length..][..length]
    }

    /// Returns the channels of a pixel.
    pub fn pixel(&self, x: usize, y: usize) -> &[f64] {
        let start = (y * self.width + x) * self.channels;
        &self.data[start..start + self.channels]
    }

    /// Returns the channels of a pixel for changing.
    pub fn pixel_mut(&mut self, x: usize, y: usize) -> &mut [f64] {
        let start = (y * self.width + x) * self.channels;
        &mut self.data[start..start + self.channels]
    }
}
