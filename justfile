# Frequent commands; `just` lists them. https://just.systems

set positional-arguments

_default:
    @just --list --unsorted

# Run the program: `just run render scenes/quickstart.json -o out/quickstart.png`
run *arguments:
    cargo run --release --locked -- "$@"

# Everything a change must pass
ci:
    .ci/run

# Formatting and lints only
lint:
    cargo fmt --check
    cargo clippy --locked --release --all-targets -- -D warnings

# All tests, or those whose name contains a text
test *arguments:
    cargo test --release --locked "$@"

# The tables of benches/README.md, or another bench: `just bench forward blobs512`
bench name="summary" *arguments:
    cargo bench --locked --bench {{ name }} -- {{ arguments }}

# The documentation of the library, in a browser
doc:
    cargo doc --release --locked --no-deps --open

# All scenes as pictures in out/scenes
scenes:
    for scene in scenes/*.json; do \
        cargo run --release --locked --quiet -- render "$scene" -o "out/scenes/$(basename "$scene" .json).png"; \
    done

# Every scene held against the truth
check *arguments:
    for scene in scenes/*.json; do \
        echo "== $scene"; \
        cargo run --release --locked --quiet -- check "$scene" "$@" || exit 1; \
    done

# The pictures of the README
pictures: fits
    cargo run --release --locked -- render scenes/quickstart.json -o assets/quickstart.png \
        --grad disk.center.x --grad boat.transform.rotate --grad sea.fill.stops.1.offset

# The fits of the README, and their pictures
fits:
    mkdir -p assets/fit
    for name in circle ellipse gradient polygon astronaut; do \
        cargo run --release --locked --quiet -- fit scenes/fit/$name.json \
            --target scenes/fit/$name.target.png -o out/fit/$name --force; \
        cp out/fit/$name/initial.png assets/fit/$name.initial.png; \
        cp out/fit/$name/final.png assets/fit/$name.final.png; \
    done
    cargo run --release --locked --quiet -- fit --init blobs:256 \
        --target scenes/fit/astronaut.target.png -o out/fit/photo --force
    cp out/fit/photo/final.png assets/fit/photo.final.png
