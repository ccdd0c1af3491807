# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -D OUTPUT=… -D FILES=…;… -P: writes the name and content of each file as a raw string, sorted by name.

set(text "")
list(SORT FILES)
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  file(READ ${file} content)
  string(APPEND text "{\"${name}\", R\"casweep_file(${content})casweep_file\"},\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
