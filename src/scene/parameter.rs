use std::collections::HashMap;

/// The place of a parameter in θ, the vector of all parameters of a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParameterId(u32);

impl ParameterId {
    /// Returns the parameter at `index` of θ.
    ///
    /// # Panics
    /// If `index` does not fit into 32 bits.
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("a scene has fewer than 2^32 parameters"))
    }

    /// Returns the place in θ.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a parameter means; it decides unit, bounds and, in a fit, the default learning rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ParameterKind {
    /// A coordinate of a point, in the pixels of its shape's own space.
    Position,
    /// A radius: a length that is not negative.
    Length,
    /// A coordinate of a translation.
    Translation,
    /// A rotation.
    Angle,
    /// A factor of a scaling, or a linear coefficient of a matrix.
    Scale,
    /// A red, green, blue or alpha value.
    Color,
    /// The opacity of a shape or a group.
    Opacity,
    /// The place of a gradient stop.
    Offset,
}

/// The unit of a parameter's value, and the inverse unit of its derivatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Canvas pixels (before the shape's transforms).
    Pixel,
    /// Degrees, clockwise since y points down.
    Degree,
    /// A pure number.
    One,
}

impl Unit {
    /// Returns the unit's symbol; `1` for pure numbers.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Pixel => "px",
            Self::Degree => "deg",
            Self::One => "1",
        }
    }
}

impl ParameterKind {
    /// Returns the kind as one word in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Length => "length",
            Self::Translation => "translation",
            Self::Angle => "angle",
            Self::Scale => "scale",
            Self::Color => "color",
            Self::Opacity => "opacity",
            Self::Offset => "offset",
        }
    }

    /// Returns the unit of values of this kind.
    pub fn unit(self) -> Unit {
        match self {
            Self::Position | Self::Length | Self::Translation => Unit::Pixel,
            Self::Angle => Unit::Degree,
            Self::Scale | Self::Color | Self::Opacity | Self::Offset => Unit::One,
        }
    }

    /// Returns the closed interval of the values that a scene may have.
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Length => (0.0, f64::INFINITY),
            Self::Color | Self::Opacity | Self::Offset => (0.0, 1.0),
            Self::Position | Self::Translation | Self::Angle | Self::Scale => {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
        }
    }
}

/// A named real number of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The path of ids and fields, such as `disk.center.x`.
    pub name: String,
    /// What the number means.
    pub kind: ParameterKind,
}

/// All parameters of a scene, in the order of the file, and their values θ.
#[derive(Clone, Debug, Default)]
pub struct Parameters {
    list: Vec<Parameter>,
    values: Vec<f64>,
    by_name: HashMap<String, ParameterId>,
}

impl Parameters {
    /// Adds a parameter and returns its place, or `None` if the name is taken.
    pub fn add(&mut self, name: String, kind: ParameterKind, value: f64) -> Option<ParameterId> {
        let id = ParameterId::new(self.list.len());
        if self.by_name.contains_key(&name) {
            return None;
        }
        self.by_name.insert(name.clone(), id);
        self.list.push(Parameter { name, kind });
        self.values.push(value);
        Some(id)
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns θ: the values in order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns θ for changing.
    pub fn values_mut(&mut self) -> &mut [f64] {
        &mut self.values
    }

    /// Returns the parameter of that name.
    pub fn find(&self, name: &str) -> Option<ParameterId> {
        self.by_name.get(name).copied()
    }

    /// Iterates over places and parameters, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ParameterId, &Parameter)> {
        self.list
            .iter()
            .enumerate()
            .map(|(i, parameter)| (ParameterId::new(i), parameter))
    }
}

impl std::ops::Index<ParameterId> for Parameters {
    type Output = Parameter;

    fn index(&self, id: ParameterId) -> &Parameter {
        &self.list[id.index()]
    }
}
