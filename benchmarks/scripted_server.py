"""CPU per request and requests a second of the scripted server in its own process."""
import asyncio, json, resource, subprocess, sys, time, os
import orjson
SCHEMA=None
def payload(i):
    from app.llm.schema import form_of
    from app.minds.llm_answers import ReviewAnswer
    items=''.join(f'<item id="f{j}">Film {j} Story (1999). Someone Else. drama, comedy. 90 min. A story about things.</item>\n' for j in range(10))
    return {"model":"scripted","seed":i,"messages":[{"role":"system","content":"You stand in for one person. "*80},{"role":"user","content":f"Turn 3, 12 of 40 minutes left. satisfaction 0.5.\n<items>\n{items}</items>"}],"response_format":form_of(ReviewAnswer).response_format}
async def client(port, bodies, n):
    r,w=await asyncio.open_connection("127.0.0.1",port)
    for _ in range(n):
        b=bodies.pop()
        w.write(b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer any\r\nAccept: application/json\r\nUser-Agent: bench\r\nX-Stainless-Lang: python\r\nX-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\nX-Stainless-Runtime: CPython\r\nX-Stainless-Retry-Count: 0\r\nContent-Length: %d\r\n\r\n"%len(b)+b)
        head=await r.readuntil(b"\r\n\r\n")
        size=int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await r.readexactly(size)
    w.close()
def cpu(pid):
    f=open(f"/proc/{pid}/stat").read().rsplit(")",1)[1].split(); return (int(f[11])+int(f[12]))/os.sysconf("SC_CLK_TCK")
async def main(conns, total, args):
    p=subprocess.Popen([sys.executable,"-c","from app.cli import main; main()","serve-scripted","--port","0","--json",*args],stdout=subprocess.PIPE,stderr=subprocess.PIPE,text=True)
    port=json.loads(p.stdout.readline())["port"]
    bodies=[orjson.dumps(payload(i)) for i in range(total+conns)]
    await client(port,bodies,1)
    c0,t0=cpu(p.pid),time.perf_counter()
    await asyncio.gather(*(client(port,bodies,total//conns) for _ in range(conns)))
    dt=time.perf_counter()-t0; dc=cpu(p.pid)-c0
    print(f"connections {conns}, requests {total}, args {args}: {total/dt:,.0f} requests/s, server CPU {dc/total*1e6:.0f} us/request")
    p.send_signal(2); p.wait(); print(p.stderr.read().strip(), p.returncode)
if __name__=="__main__":
    asyncio.run(main(1,2000,[])); asyncio.run(main(64,4000,[])); asyncio.run(main(256,4096,["--latency","0.2"])); asyncio.run(main(64,4096,["--faults","cut=0,refusal=.1,nan=.1"]))
