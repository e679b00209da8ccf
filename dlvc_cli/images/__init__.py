"""Finding and decoding image files.

suffixes.py     the kinds of file that are read, and how their names end
folder_files.py the images in a folder, for training and prediction alike
file_digests.py what files hold, remembered as long as they are as they were
find.py         the image files that arguments of a command stand for
opened.py       the one way to open one, and a sentence for whatever is wrong with it
heif.py         HEIC files, which take a package of their own
misread.py      files that Pillow opens and then reads wrongly
room.py         how much is decoded at the same time
upright.py      which way up it is shown
pixel_modes.py  pixels of any mode and depth as 8-bit RGB
from_array.py   arrays as images
brightness.py   how bright an image is, as finely as its file says it
header.py       what one says of itself before its pixels are read
reader_process.py a process that measures or decodes files for another
decode.py       any of these as an array, at a size
"""
