use statrs::distribution::{ContinuousCDF, StudentsT};

/// Returns the value that a variable of Student's distribution stays below with a probability.
///
/// ```
/// use reynolds::statistics::student_quantile;
/// // Tables: 97.5% with 10 degrees of freedom.
/// assert!((student_quantile(0.975, 10.0) - 2.228_138_851_964_939).abs() < 1e-9);
/// ```
///
/// # Panics
/// Unless there is a positive number of degrees of freedom.
pub fn student_quantile(probability: f64, freedom: f64) -> f64 {
    let student = StudentsT::new(0.0, 1.0, freedom);
    let student = student.expect("degrees of freedom are positive");
    student.inverse_cdf(probability)
}
