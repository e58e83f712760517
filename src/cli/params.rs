use clap::Args;
use comfy_table::{Table, presets};
use serde::Serialize;

use super::error::CliError;
use super::options::SceneOptions;
use super::report::print;
use crate::scene::{ParameterId, Parameters};

/// List the parameters of a scene: name, value, unit, bounds, kind
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  reynolds params scene.json
  reynolds params scene.json --params 'disk.*' --json
  reynolds params scene.json -D disk.radius=30")]
pub struct ParamsArguments {
    #[command(flatten)]
    scene: SceneOptions,

    /// List only the parameters that match; repeatable. `*` stands for any text, `?` for one
    /// character, `{a,b}` for one of several
    #[arg(long, value_name = "GLOB")]
    params: Vec<String>,

    /// Print a JSON array of objects; a bound of null is infinite
    #[arg(long)]
    json: bool,
}

/// Prints the parameter table.
pub fn run(arguments: &ParamsArguments) -> Result<(), CliError> {
    let parameters = arguments.scene.load()?.parameters;
    let rows = select(&parameters, &arguments.params)?;
    let rows: Vec<Row<'_>> = rows
        .into_iter()
        .map(|id| Row::new(&parameters, id))
        .collect();
    if arguments.json {
        let text = serde_json::to_string_pretty(&rows);
        print(&(text.expect("names and numbers can be written as JSON") + "\n"))
    } else {
        print(&table(&rows))
    }
}

/// Returns the parameters that match a glob of `--params`, all if there is none.
pub fn select(parameters: &Parameters, globs: &[String]) -> Result<Vec<ParameterId>, CliError> {
    if globs.is_empty() {
        return Ok(parameters.iter().map(|(id, _)| id).collect());
    }
    let selected = parameters.select(globs);
    selected.map_err(|source| CliError::Select {
        option: "--params",
        source,
    })
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    value: f64,
    unit: &'static str,
    /// Infinite bounds become null, as JSON has no infinities.
    bounds: (f64, f64),
    kind: &'static str,
}

impl<'a> Row<'a> {
    fn new(parameters: &'a Parameters, id: ParameterId) -> Self {
        let parameter = &parameters[id];
        Self {
            name: &parameter.name,
            value: parameters.values()[id.index()],
            unit: parameter.kind.unit().symbol(),
            bounds: parameter.kind.bounds(),
            kind: parameter.kind.name(),
        }
    }
}

fn table(rows: &[Row<'_>]) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["Name", "Value", "Unit", "Bounds", "Kind"]);
    for row in rows {
        let (name, unit, kind) = (row.name.into(), row.unit.into(), row.kind.into());
        let value = format!("{}", row.value);
        table.add_row([name, value, unit, describe_bounds(row.bounds), kind]);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table.trim_fmt() + "\n"
}

fn describe_bounds(bounds: (f64, f64)) -> String {
    match bounds {
        (f64::NEG_INFINITY, f64::INFINITY) => "none".into(),
        (min, f64::INFINITY) => format!("[{min}, ∞)"),
        (f64::NEG_INFINITY, max) => format!("(-∞, {max}]"),
        (min, max) => format!("[{min}, {max}]"),
    }
}
