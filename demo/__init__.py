"""One day of a made-up township on real parts: real windows, a real county server, a real network to lose.

``python -m demo`` tells the day and checks every promise on the way. The modules:

``__main__``   options, the telling, the exit code
``day``        the story: which scene on which PC, and what must be true after it
``pc``         one PC: the real program in a process of its own, and the scenes played in it
``scenes``     what a clerk does in the windows, by key events
``stage``      one PC as scenes see it: program, hands, camera
``hands eyes`` typing and pressing; finding and photographing
``forms cases`` filling a form from a sheet of paper; what stands on those sheets
``children``   the processes: started, spoken to by lines of JSON, ended
``promises``   what ends the day with a sentence
``until_closed`` runs a module until our input closes
``wire``       the cable between the PCs and the county, which can be cut
``server``     the county server and its commands
``commands``   the desk's command line, and what it said
``drawing``    drawings that stand for photos and scans
``album``      every screenshot by number and name
``telling``    lines on the screen and the summary
``shots``      the album's pictures, small, for the documents
"""
