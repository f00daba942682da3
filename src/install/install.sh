#!/bin/sh
# Puts what a build made into the install tree:
#   install.sh program <output folder> <install root> <name> sbin|bin
#   install.sh driver  <output folder> <install root> <name>
#   install.sh pages   <folder> <install root>
#   install.sh file    <file> <folder> <mode>
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

# install_tree <from> <to> <find expression …>: every file below, but for documentation
install_tree() {
    from=$1
    to=$2
    shift 2
    (cd "$from" && find . -type f ! -name '*.xml' "$@") | while read -r file; do
        mode=644
        [ -x "$from/$file" ] && [ "${file%.dll}" = "$file" ] && mode=755
        install_file "$from/$file" "$to/${file#./}" "$mode"
    done
}

case $1 in
program)
    install_tree "$2" "$3/lib/io-pkt"
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
    install_tree "$2" "$3/lib/dll/$4" ! -name "$4.*"
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
