use std::collections::HashMap;
use std::fmt::Write;

use super::json;
use super::problem::{Fault, Place, Problem};
use super::suggest::nearest;
use super::{Override, Parameters, SceneError};

/// A value of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct NodeId(usize);

/// A JSON value whose parts are nodes of the same document. Numbers are kept as they are written.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(String),
    String(String),
    Array(Vec<NodeId>),
    Object(Vec<(String, NodeId)>),
}

impl Value {
    /// Returns the words for "got …" in a message.
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "null".into(),
            Self::Bool(value) => value.to_string(),
            Self::Number(text) => format!("the number {}", shorten(text)),
            Self::String(text) => format!("the string \"{}\"", shorten(text).escape_debug()),
            Self::Array(_) => "an array".into(),
            Self::Object(_) => "an object".into(),
        }
    }
}

/// Returns the text, or its beginning if it is long.
pub(super) fn shorten(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// How to come from a value to one of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    Field(String),
    Index(usize),
}

/// Where a value was written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Origin {
    /// In the file.
    File {
        /// The byte at which the value starts.
        start: usize,
        /// The byte at which the key of the field starts, if it is one.
        key: usize,
        /// Whether it is a string without escapes, whose characters can be found in the file.
        verbatim: bool,
    },
    /// In the override of this number.
    Override(usize),
}

#[derive(Clone, Debug)]
struct Node {
    value: Value,
    parent: Option<(NodeId, Step)>,
    origin: Origin,
}

/// A JSON text as a tree that knows where each value was written.
///
/// Nodes are in one list, so that no operation on a document recurses.
pub(super) struct Document<'a> {
    file: &'a str,
    text: &'a str,
    overrides: &'a [Override],
    parameter_names: Vec<String>,
    nodes: Vec<Node>,
}

impl<'a> Document<'a> {
    /// The outermost value.
    pub const ROOT: NodeId = NodeId(0);

    /// Reads a JSON text.
    pub fn parse(
        file: &'a str,
        text: &'a str,
        overrides: &'a [Override],
    ) -> Result<Self, SceneError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim().is_empty() {
            return Err(SceneError::NoScene {
                file: file.to_owned(),
                message: "the file is empty; it should hold a JSON object".into(),
            });
        }
        let mut document = Self {
            file,
            text,
            overrides,
            parameter_names: Vec::new(),
            nodes: Vec::new(),
        };
        json::check(text).map_err(|error| document.syntax_error(error))?;
        let root = document.add(Value::Null, None, Origin::Override(0));
        let origin = |start, key, verbatim| Origin::File {
            start,
            key,
            verbatim,
        };
        let read = document.read(root, text, origin);
        read.map_err(|problem| document.locate(&problem))?;
        Ok(document)
    }

    /// Returns the value of a node.
    pub fn value(&self, node: NodeId) -> &Value {
        &self.nodes[node.0].value
    }

    /// Returns the field of an object.
    pub fn field(&self, node: NodeId, name: &str) -> Option<NodeId> {
        match self.value(node) {
            Value::Object(fields) => fields.iter().find(|(key, _)| key == name).map(|f| f.1),
            _ => None,
        }
    }

    /// Returns the items of an array; none for anything else.
    pub fn items(&self, node: NodeId) -> &[NodeId] {
        match self.value(node) {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// Tells whether a value comes from an override.
    pub fn is_overridden(&self, node: NodeId) -> bool {
        matches!(self.nodes[node.0].origin, Origin::Override(_))
    }

    /// Returns the line of a value, counted from 1, if it is in the file.
    pub fn line(&self, node: NodeId) -> Option<usize> {
        match self.nodes[node.0].origin {
            Origin::File { start, .. } => Some(self.position(start).0),
            Origin::Override(_) => None,
        }
    }

    /// Adds a node that belongs to no value: the source of an overridden parameter.
    pub fn add_override(&mut self, number: usize) -> NodeId {
        self.add(Value::Null, None, Origin::Override(number))
    }

    /// Notes which names an override may have meant.
    pub fn set_parameter_names(&mut self, parameters: &Parameters) {
        let names = parameters
            .iter()
            .map(|(_, parameter)| parameter.name.clone());
        self.parameter_names = names.collect();
    }

    /// Sets the field that an override names, adding objects on the way where fields are missing.
    ///
    /// Whether the format has the field shows when the document is read.
    pub fn set(&mut self, number: usize) -> Result<(), SceneError> {
        let entry = &self.overrides[number];
        let mut node = Self::ROOT;
        for step in entry.steps() {
            node = self
                .step_into(node, step, number)
                .ok_or_else(|| self.unknown(entry, None))?;
        }
        self.nodes[node.0].origin = Origin::Override(number);
        let text = entry.json();
        self.read(node, &text, |_, _, _| Origin::Override(number))
            .map_err(|problem| self.locate(&problem))
    }

    fn step_into(&mut self, node: NodeId, step: &Step, number: usize) -> Option<NodeId> {
        match step {
            Step::Index(index) => self.items(node).get(*index).copied(),
            Step::Field(name) => {
                if let Some(field) = self.field(node, name) {
                    return Some(field);
                }
                if !matches!(self.value(node), Value::Object(_)) {
                    return None;
                }
                let parent = Some((node, step.clone()));
                let empty = Value::Object(Vec::new());
                let added = self.add(empty, parent, Origin::Override(number));
                match &mut self.nodes[node.0].value {
                    Value::Object(fields) => fields.push((name.clone(), added)),
                    _ => unreachable!("it was an object a moment ago"),
                }
                Some(added)
            }
        }
    }

    fn add(&mut self, value: Value, parent: Option<(NodeId, Step)>, origin: Origin) -> NodeId {
        self.nodes.push(Node {
            value,
            parent,
            origin,
        });
        NodeId(self.nodes.len() - 1)
    }

    /// Reads a JSON text, which [`json::check`] has passed, into a node.
    fn read(
        &mut self,
        node: NodeId,
        text: &str,
        origin: impl Fn(usize, usize, bool) -> Origin,
    ) -> Result<(), Problem> {
        let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        let trimmed = text.trim_matches(json::WHITESPACE);
        let mut work = vec![(node, trimmed, None)];
        while let Some((node, part, key)) = work.pop() {
            let start = offset(part);
            let key = key.map_or(start, offset);
            // Written without escapes, a string is as long as its text and two quotes.
            let verbatim = part.starts_with('"') && !part.contains('\\');
            self.nodes[node.0].origin = origin(start, key, verbatim);
            let at_node = |problem: Problem| problem.at(Place::Value(node));
            let value = match json::split(part).map_err(at_node)? {
                json::Level::Scalar(value) => value,
                json::Level::Array(parts) => Value::Array(
                    parts
                        .into_iter()
                        .enumerate()
                        .map(|(index, part)| {
                            let item = self.add_part(node, Step::Index(index));
                            work.push((item, part, None));
                            item
                        })
                        .collect(),
                ),
                json::Level::Object(parts) => {
                    let mut first = HashMap::new();
                    let mut fields = Vec::with_capacity(parts.len());
                    for (name, key, part) in parts {
                        let field = self.add_part(node, Step::Field(name.clone()));
                        let (start, key_start) = (offset(part), offset(key));
                        self.nodes[field.0].origin = origin(start, key_start, false);
                        if let Some(&earlier) = first.get(&name) {
                            return Err(self.duplicate(field, earlier));
                        }
                        first.insert(name.clone(), field);
                        work.push((field, part, Some(key)));
                        fields.push((name, field));
                    }
                    Value::Object(fields)
                }
            };
            self.nodes[node.0].value = value;
        }
        Ok(())
    }

    fn add_part(&mut self, parent: NodeId, step: Step) -> NodeId {
        self.add(Value::Null, Some((parent, step)), Origin::Override(0))
    }

    fn duplicate(&self, field: NodeId, earlier: NodeId) -> Problem {
        let message = match self.line(earlier) {
            Some(line) => format!("the field is given twice, first in line {line}; keep one"),
            None => "the field is given twice; keep one".into(),
        };
        Problem::new(message).at(Place::Key(field))
    }

    /// Returns the path of a value, such as `shapes[2].radius`.
    ///
    /// The middle of a very long one is left out.
    pub fn path(&self, node: NodeId) -> String {
        const ENDS: usize = 6;
        let mut steps = Vec::new();
        let mut current = node;
        while let Some((parent, step)) = &self.nodes[current.0].parent {
            steps.push(step);
            current = *parent;
        }
        steps.reverse();
        if steps.len() <= 2 * ENDS {
            return path_text(&steps);
        }
        let (head, tail) = (&steps[..ENDS], &steps[steps.len() - ENDS..]);
        format!("{}…{}", path_text(head), path_text(tail))
    }

    /// Turns a problem into an error that names its place.
    pub fn locate(&self, problem: &Problem) -> SceneError {
        let place = problem.place.unwrap_or(Place::Value(Self::ROOT));
        let (Place::Value(node) | Place::Key(node) | Place::Character(node, _)) = place;
        let (start, key, verbatim) = match self.nodes[node.0].origin {
            Origin::Override(number) => return self.override_error(number, node, &problem.fault),
            Origin::File {
                start,
                key,
                verbatim,
            } => (start, key, verbatim),
        };
        let offset = match place {
            Place::Value(_) => start,
            Place::Key(_) => key,
            Place::Character(_, index) if verbatim => self.character(start + 1, index),
            Place::Character(..) => start,
        };
        let (line, column) = self.position(offset);
        SceneError::Invalid {
            file: self.file.to_owned(),
            line,
            column,
            path: self.path(node),
            message: problem.fault.to_string(),
        }
    }

    /// Returns the byte of the character that is `index` characters after byte `start`.
    fn character(&self, start: usize, index: usize) -> usize {
        let rest = &self.text[start..];
        start + rest.char_indices().nth(index).map_or(rest.len(), |c| c.0)
    }

    /// Returns line and column of a byte, both counted from 1, the column in characters.
    fn position(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }

    fn syntax_error(&self, error: json::SyntaxError) -> SceneError {
        let (line, column) = self.position(error.offset);
        SceneError::Syntax {
            file: self.file.to_owned(),
            line,
            column,
            message: error.message,
        }
    }

    /// Returns the error that an override names nothing, given a field that is near.
    fn unknown(&self, entry: &Override, field: Option<String>) -> SceneError {
        let names = self
            .parameter_names
            .iter()
            .chain(&field)
            .map(String::as_str);
        entry.unknown(nearest(entry.path(), names).map(str::to_owned))
    }

    fn override_error(&self, number: usize, node: NodeId, fault: &Fault) -> SceneError {
        let entry = &self.overrides[number];
        let path = self.path(node);
        if let Fault::UnknownField { name, known } = fault
            && entry.path().starts_with(&path)
        {
            let near = nearest(name, known.iter().copied());
            let parent = path.strip_suffix(name.as_str()).unwrap_or_default();
            let rest = &entry.path()[path.len()..];
            return self.unknown(entry, near.map(|near| format!("{parent}{near}{rest}")));
        }
        if path.is_empty() || path == entry.path() {
            entry.error(fault)
        } else {
            entry.error(format!("{path}: {fault}"))
        }
    }
}

fn path_text(steps: &[&Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Index(index) => write!(text, "[{index}]").expect("a string takes all text"),
            Step::Field(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(shorten(name).escape_debug());
            }
        }
    }
    text
}
