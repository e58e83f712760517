use std::sync::OnceLock;

use gauss_quad::GaussLegendre;

/// A Gauss–Legendre rule on [0, 1]: nodes and weights.
pub(crate) type Rule = [(f64, f64)];

/// The largest number of nodes that [`rule`] gives.
pub(super) const MAX_NODES: usize = 64;

/// Returns the rule that is exact for polynomials up to `degree`, or the largest there is.
pub(crate) fn rule(degree: usize) -> &'static Rule {
    static RULES: [OnceLock<Vec<(f64, f64)>>; MAX_NODES] = [const { OnceLock::new() }; MAX_NODES];
    let nodes = (degree / 2 + 1).min(MAX_NODES);
    RULES[nodes - 1].get_or_init(|| legendre(nodes))
}

fn legendre(nodes: usize) -> Vec<(f64, f64)> {
    if nodes == 1 {
        return vec![(0.5, 1.0)];
    }
    let nodes = nodes.try_into().expect("at least two nodes");
    let mut rule: Vec<(f64, f64)> = GaussLegendre::new(nodes)
        .iter()
        .map(|&(x, w)| (0.5 + 0.5 * x, 0.5 * w))
        .collect();
    rule.sort_by(|a, b| a.0.total_cmp(&b.0));
    rule
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_integrate_monomials_up_to_their_degree() {
        for degree in 0..2 * MAX_NODES {
            for power in 0..=degree {
                let sum: f64 = rule(degree)
                    .iter()
                    .map(|(x, w)| w * x.powi(power as i32))
                    .sum();
                let exact = 1.0 / (power as f64 + 1.0);
                assert!((sum - exact).abs() < 1e-14, "x^{power} at degree {degree}");
            }
        }
    }
}
