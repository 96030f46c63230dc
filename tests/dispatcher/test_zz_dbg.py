import screens.console as sc
from textual.css.query import NoMatches
orig=sc.Loader._run
async def run(self):
    try:
        await orig(self)
    except NoMatches:
        o=self._owner; a=o.app
        import traceback
        print('DBG', o, o.display, o.is_attached, 'closing',o._closing,'closed', o._closed,'pruning',o._pruning,'running',o.is_running,'children',list(o.children)[:3],'app exit',a._exit, 'current', o.is_current, 'mounted', o.is_mounted, a.screen_stack)
        raise
sc.Loader._run=run
from tests.dispatcher.test_lost_database import *
