/*
 * A program that puts itself behind a filter of system calls (sshd's process that talks to strangers does) allows those that it makes itself, and is killed for
 * others. From then on a stream's bytes go through with the program's own calls: read() is read(2), write() is write(2), and how a connection ended is what the
 * kernel says of the pair, an end of file or EPIPE, because nobody can be asked.
 */
#include "sandbox.h"
#include "real.h"
#include <stdarg.h>
#include <sys/prctl.h>

atomic_bool sandbox_entered;

EXPORT int prctl(int option, ...)
{
    va_list arguments;
    unsigned long values[4];
    va_start(arguments, option);
    for (int i = 0; i < 4; i++)
        values[i] = va_arg(arguments, unsigned long);   /* all of them arrive in registers, given or not */
    va_end(arguments);
    int result = REAL(prctl)(option, values[0], values[1], values[2], values[3]);
    if (option == PR_SET_SECCOMP && result == 0)
        atomic_store_explicit(&sandbox_entered, true, memory_order_relaxed);
    return result;
}
