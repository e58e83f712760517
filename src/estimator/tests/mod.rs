//! Estimators against what they should give on average: the exact derivative, or, for those that
//! are biased, the target that their formula names, from exact images or in closed form.
//!
//! Means over independent replicates are compared in standard errors at a level of 10⁻⁶ a number,
//! and each test says how small a deviation it would see.

mod biased;
mod fields;
mod judge;
mod unbiased;
