//! The command line as a user meets it: exit codes, files, reports, errors.

mod fit;
mod grad;
mod other_commands;
mod render;
mod running;
mod study;
mod workspace;
