use clap::ValueEnum;

use super::super::Sampler;

#[test]
fn names_agree_in_files_on_the_command_line_and_in_print() {
    for &sampler in Sampler::value_variants() {
        let name = sampler.to_string();
        assert_eq!(serde_json::to_value(sampler).unwrap(), name.as_str());
        assert_eq!(<Sampler as ValueEnum>::from_str(&name, false), Ok(sampler));
    }
    assert_eq!(Sampler::Stratified.to_string(), "stratified");
    assert_eq!(Sampler::Independent.to_string(), "independent");
}
