use plotters::prelude::*;

use super::StepRecord;

/// The size of the plot, in pixels.
const SIZE: (u32, u32) = (640, 400);
/// What a loss of 0 or less is drawn as: a logarithm needs more.
const FLOOR: f64 = 1e-16;

/// Returns an SVG plot of the loss over the steps, logarithmic.
pub fn loss_plot(history: &[StepRecord]) -> String {
    let losses: Vec<f64> = history.iter().map(|step| step.loss.max(FLOOR)).collect();
    let mut svg = String::new();
    draw(&losses, &mut svg).expect("drawing into memory does not fail");
    svg
}

fn draw(losses: &[f64], svg: &mut String) -> Result<(), Box<dyn std::error::Error>> {
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let low = losses.iter().copied().fold(f64::INFINITY, f64::min);
    let high = losses.iter().copied().fold(FLOOR, f64::max);
    let low = low.min(high);
    // Room above and below, also where all losses are equal.
    let (low, high) = (0.8 * low, 1.25 * high);
    let mut chart = ChartBuilder::on(&root)
        .margin(12)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(0..losses.len().max(1), (low..high).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("step")
        .y_desc("loss")
        .y_label_formatter(&|loss| format!("{loss:.1e}"))
        .max_light_lines(1)
        .draw()?;
    let points = losses.iter().copied().enumerate();
    chart.draw_series(LineSeries::new(points, &BLUE))?;
    root.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(losses: &[f64]) -> String {
        let record = |&loss: &f64| StepRecord {
            loss,
            gradient_norm: 0.0,
            seconds: 0.0,
        };
        loss_plot(&losses.iter().map(record).collect::<Vec<_>>())
    }

    #[test]
    fn plots_are_drawn_whatever_the_losses_are() {
        for losses in [&[][..], &[0.0], &[0.5; 3], &[1.0, 1e-20, 0.1], &[-1.0, 2.0]] {
            let svg = plot(losses);
            assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
            assert!(svg.contains("step") && svg.contains("loss"));
        }
    }

    #[test]
    fn a_line_has_a_point_for_each_step() {
        let svg = plot(&[1.0, 0.5, 0.25, 0.125]);
        let line = svg
            .lines()
            .find(|line| line.contains("<polyline") && line.contains("#0000FF"));
        let points = line.unwrap().split("points=\"").nth(1).unwrap();
        let points = points.split('"').next().unwrap().trim().split(' ');
        let heights = points.map(|p| p.split(',').nth(1).unwrap().parse::<f64>().unwrap());
        let heights: Vec<f64> = heights.collect();
        assert_eq!(heights.len(), 4);
        // Equal ratios are equal distances.
        let steps: Vec<f64> = heights.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(
            steps
                .iter()
                .all(|step| (step - steps[0]).abs() <= 1.0 && *step > 10.0)
        );
    }
}
