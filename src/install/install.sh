#!/bin/sh
# Puts what a build made into the install tree:
#   install.sh program <output folder> <install root> <name> sbin|bin
#   install.sh driver  <output folder> <install root> <name>
#   install.sh pages   <folder> <install root>
#   install.sh file    <file> <folder> <mode>
# With CROSSGEN, CROSSGEN_FRAMEWORK and CROSSGEN_CACHE, a program's assemblies are compiled ahead of time: each once, whichever programs bring it.
# Files that are the same are left alone. Others are renamed into place, so that a running daemon keeps the code that it has mapped, and
# projects that build at the same time never see half a file.
set -eu

# install_file <from> <to> <mode>
install_file() {
    if [ -f "$2" ] && cmp -s "$1" "$2"; then
        return
    fi
    mkdir -p "$(dirname "$2")"
    cp "$1" "$2.$$"
    chmod "$3" "$2.$$"
    mv -f "$2.$$" "$2"
}

# warn <text>: in the form that MSBuild takes for a warning of its own
warn() {
    echo "install.sh : warning IOPKT0001: $1. It is installed as it is: everything works, but programs start more slowly. Mend the cause and build again, or build with -p:AheadOfTime=false to do without" >&2
}

# ahead_of_time <assembly>: prints the file to install for it, the assembly itself where it can't be compiled.
# The cache holds what was compiled beside its image, because programs that build at the same time bring the same assemblies.
ahead_of_time() {
    if [ -z "${CROSSGEN:-}" ]; then
        echo "$1"
        return
    fi
    name=$(basename "$1")
    mkdir -p "$CROSSGEN_CACHE/il" "$CROSSGEN_CACHE/image"
    (
        flock 9
        if ! cmp -s "$1" "$CROSSGEN_CACHE/il/$name"; then
            rm -f "$CROSSGEN_CACHE/il/$name"
            if "$CROSSGEN" "$1" -o "$CROSSGEN_CACHE/image/$name" -r "$(dirname "$1")/*.dll" -r "$CROSSGEN_FRAMEWORK/*.dll" -O >"$CROSSGEN_CACHE/$name.log" 2>&1; then
                cp "$1" "$CROSSGEN_CACHE/il/$name"
            else
                warn "$name could not be compiled ahead of time: $(tail -n 1 "$CROSSGEN_CACHE/$name.log") (all of it: $CROSSGEN_CACHE/$name.log)"
                cp "$1" "$CROSSGEN_CACHE/image/$name"
            fi
        fi
    ) 9>"$CROSSGEN_CACHE/$name.lock"
    echo "$CROSSGEN_CACHE/image/$name"
}

# install_tree <from> <to> <compile> <find expression …>: every file below, but for documentation; assemblies as <compile> has them
install_tree() {
    from=$1
    to=$2
    compile=$3
    shift 3
    (cd "$from" && find . -type f ! -name '*.xml' "$@") | while read -r file; do
        mode=644
        source=$from/$file
        case $file in
        ./*/*) ;;
        *.dll) source=$("$compile" "$source") ;;
        *) [ -x "$source" ] && mode=755 ;;
        esac
        install_file "$source" "$to/${file#./}" "$mode"
    done
}

case $1 in
program)
    if [ -n "${CROSSGEN:-}" ] && { [ ! -x "$CROSSGEN" ] || [ ! -d "$CROSSGEN_FRAMEWORK" ]; }; then
        warn "$4 is not compiled ahead of time, because $CROSSGEN or $CROSSGEN_FRAMEWORK is not there"
        CROSSGEN=
    fi
    install_tree "$2" "$3/lib/io-pkt" ahead_of_time
    mkdir -p "$3/$5"
    if [ "$(readlink "$3/$5/$4" || true)" != "../lib/io-pkt/$4" ]; then
        ln -s "../lib/io-pkt/$4" "$3/$5/$4.$$"
        mv -f "$3/$5/$4.$$" "$3/$5/$4"
    fi
    ;;
driver)
    # What the driver brings for itself lies in a folder of its name, where no other driver's version of it can.
    for file in "$2/$4.dll" "$2/$4.pdb"; do
        [ -f "$file" ] && install_file "$file" "$3/lib/dll/$(basename "$file")" 644
    done
    install_tree "$2" "$3/lib/dll/$4" echo ! -name "$4.*"
    ;;
pages)
    for page in "$2"/*.[0-9]; do
        install_file "$page" "$3/share/man/man${page##*.}/$(basename "$page")" 644
    done
    ;;
file)
    install_file "$2" "$3/$(basename "$2")" "$4"
    ;;
*)
    echo "install.sh: unknown kind $1" >&2
    exit 2
    ;;
esac
