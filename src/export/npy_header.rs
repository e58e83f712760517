use super::ReadDefect;

/// The three entries of the dictionary in an NPY header.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    /// Such as `<f8`.
    pub element_type: String,
    /// Whether the first index runs fastest.
    pub fortran_order: bool,
    /// Slowest axis first, in C order.
    pub shape: Vec<u64>,
}

impl Header {
    /// Parses `{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }`, keys in any order.
    pub fn parse(text: &str) -> Result<Self, ReadDefect> {
        let mut cursor = Cursor(text);
        let (mut element_type, mut fortran_order, mut shape) = (None, None, None);
        cursor.expect('{')?;
        while !cursor.take('}') {
            let key = cursor.string()?;
            cursor.expect(':')?;
            match key {
                "descr" => element_type = Some(cursor.element_type()?),
                "fortran_order" => fortran_order = Some(cursor.boolean()?),
                "shape" => shape = Some(cursor.integers()?),
                _ => return Err(malformed("its header has an unknown key")),
            }
            if !cursor.take(',') && !cursor.0.trim_start().starts_with('}') {
                return Err(malformed("its header misses a comma"));
            }
        }
        if !cursor.0.trim().is_empty() {
            return Err(malformed("its header goes on after the dictionary"));
        }
        match (element_type, fortran_order, shape) {
            (Some(element_type), Some(fortran_order), Some(shape)) => Ok(Self {
                element_type,
                fortran_order,
                shape,
            }),
            _ => Err(malformed("its header misses descr, fortran_order or shape")),
        }
    }
}

/// The rest of a header that is being parsed.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    /// Skips space, then `token` if it comes next, and tells whether it did.
    fn take(&mut self, token: char) -> bool {
        let rest = self.0.trim_start();
        match rest.strip_prefix(token) {
            Some(after) => {
                self.0 = after;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: char) -> Result<(), ReadDefect> {
        if self.take(token) {
            Ok(())
        } else {
            Err(malformed(format!("its header misses a '{token}'")))
        }
    }

    /// Returns what comes before the first character that `ends` accepts.
    fn until(&mut self, ends: impl Fn(char) -> bool) -> &'a str {
        let rest = self.0.trim_start();
        let (word, after) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
        self.0 = after;
        word
    }

    fn string(&mut self) -> Result<&'a str, ReadDefect> {
        let quote = if self.take('"') { '"' } else { '\'' };
        if quote == '\'' {
            self.expect('\'')?;
        }
        let text = self.until(|c| c == quote);
        self.expect(quote)?;
        Ok(text)
    }

    /// Returns the type of a plain array. A list of fields, as structured arrays have, is an error.
    fn element_type(&mut self) -> Result<String, ReadDefect> {
        if self.0.trim_start().starts_with('[') {
            let found = "structured records".into();
            return Err(ReadDefect::ElementType { found });
        }
        self.string().map(str::to_owned)
    }

    fn boolean(&mut self) -> Result<bool, ReadDefect> {
        match self.until(|c| !c.is_ascii_alphabetic()) {
            "True" => Ok(true),
            "False" => Ok(false),
            _ => Err(malformed("its fortran_order is not True or False")),
        }
    }

    fn integers(&mut self) -> Result<Vec<u64>, ReadDefect> {
        self.expect('(')?;
        let mut list = Vec::new();
        while !self.take(')') {
            let digits = self.until(|c| !c.is_ascii_digit());
            let value = digits
                .parse()
                .map_err(|_| malformed("its shape is not a list of sizes"))?;
            list.push(value);
            if !self.take(',') && !self.0.trim_start().starts_with(')') {
                return Err(malformed("its shape misses a comma"));
            }
        }
        Ok(list)
    }
}

pub(super) fn malformed(reason: impl Into<String>) -> ReadDefect {
    ReadDefect::Malformed {
        format: "NPY",
        reason: reason.into(),
    }
}
